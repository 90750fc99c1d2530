"""The first tables of the ledger, and the triggers that let the event log only grow."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps

__all__ = ["Migration"]

_SQLITE = """
CREATE TRIGGER tonghop_event_only_grows_{verb} BEFORE {verb} ON tonghop_ledger_event
BEGIN SELECT RAISE(ABORT, 'the event log only grows'); END
"""
_POSTGRESQL = """
CREATE FUNCTION tonghop_event_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the event log only grows'; END $$;
CREATE TRIGGER tonghop_event_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON tonghop_ledger_event
FOR EACH STATEMENT EXECUTE FUNCTION tonghop_event_only_grows()
"""


def guard_events(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the database itself refuse to change or delete an event."""
    if editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            editor.execute(_SQLITE.format(verb=verb))
    elif editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL)


class Migration(migrations.Migration):
    """Sources, receipts, pages, reports, gaps, refused files, events."""

    initial = True

    dependencies: ClassVar[list[tuple[str, str]]] = []

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.TextField()),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=50)),
                ("subject", models.CharField(default="", max_length=64)),
                ("details", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("name", models.TextField()),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("container", models.CharField(max_length=64, null=True)),
                ("received_at", models.DateTimeField()),
                ("jobs", models.IntegerField()),
                ("state", models.CharField(max_length=20)),
                ("error", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Quarantined",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("arrival", models.CharField(max_length=64)),
                ("name", models.TextField()),
                ("container", models.CharField(max_length=64, null=True)),
                ("problem", models.TextField()),
                ("refused_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("sha256", "arrival"), name="refusal_once")],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=100, null=True)),
                ("period", models.TextField(null=True)),
                ("state", models.CharField(max_length=20)),
                ("engine", models.CharField(max_length=100)),
                ("record", models.TextField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tonghop_ledger.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("arrival", models.CharField(max_length=64)),
                ("name", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("from_inbox", models.BooleanField()),
                ("path", models.TextField(default="")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tonghop_ledger.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PageResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("engine", models.CharField(max_length=100)),
                ("limits", models.CharField(default="", max_length=100)),
                ("error", models.CharField(default="", max_length=50)),
                ("record", models.TextField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tonghop_ledger.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GapRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=50)),
                ("unit", models.CharField(max_length=100, null=True)),
                ("heading", models.CharField(max_length=100, null=True)),
                ("source", models.CharField(max_length=64, null=True)),
                ("evidence", models.TextField()),
                ("state", models.CharField(max_length=20)),
                ("settled_by", models.TextField(default="")),
                ("settled_at", models.DateTimeField(null=True)),
                ("why", models.TextField(default="")),
                ("is_live", models.BooleanField(default=True)),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tonghop_ledger.report",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["source", "is_live"], name="gap_by_source")],
            },
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("source", "engine"), name="report_once"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "replaced"), _negated=True), fields=("source",), name="report_one_counts"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("source", "arrival"), name="receipt_once"),
        ),
        migrations.AddConstraint(
            model_name="pageresult",
            constraint=models.UniqueConstraint(fields=("source", "number", "engine"), name="page_once"),
        ),
        migrations.RunPython(guard_events, migrations.RunPython.noop),
    ]
