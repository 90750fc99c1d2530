"""Request files: the presets hold what the letter says; a mistake is named with file, line and mend."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tonghop.errors import ConfigurationError, FileProblem
from tonghop.records import HeadingRole, ReportingRequest, Requirement
from tonghop.request import load_preset, load_request, preset_names, preset_text

FIELDS = ("the_che", "tthc", "che_do_cong_vu", "tai_chinh_cong", "cqdt_cqs")


@pytest.fixture(scope="module")
def cao_loc() -> ReportingRequest:
    return load_preset("cao-loc-2024-q1")


def test_presets_are_the_three_tiers() -> None:
    assert preset_names() == ("cao-loc-2024-q1", "so-noi-vu", "xa")


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_and_every_unit_owes_something(name: str) -> None:
    request = load_preset(name)
    assert request.name == name
    for unit in request.units:
        assert Requirement.REQUIRED in request.requirements(unit).values()


def test_cao_loc_has_27_units(cao_loc: ReportingRequest) -> None:
    kinds = [unit.kind for unit in cao_loc.units]
    assert (kinds.count("commune"), kinds.count("office")) == (22, 5)


def test_cao_loc_period_and_deadline(cao_loc: ReportingRequest) -> None:
    assert (cao_loc.period.first, cao_loc.period.last) == (date(2023, 12, 1), date(2024, 2, 28))
    assert (cao_loc.period.last - cao_loc.period.first).days + 1 == 90
    assert cao_loc.deadline == date(2024, 2, 29)


def test_a_commune_owes_ten_headings_and_may_add_one(cao_loc: ReportingRequest) -> None:
    owed = list(cao_loc.requirements(cao_loc.unit("xa-bao-lam")).values())
    assert (owed.count(Requirement.REQUIRED), owed.count(Requirement.OPTIONAL)) == (10, 1)


def test_to_chuc_bo_may_has_one_single_source(cao_loc: ReportingRequest) -> None:
    asked = [unit.id for unit in cao_loc.units if "to_chuc_bo_may" in cao_loc.requirements(unit)]
    assert asked == ["phong-noi-vu"]


def test_what_the_letter_leaves_open_is_ambiguous(cao_loc: ReportingRequest) -> None:
    owed = {unit.id: cao_loc.requirements(unit) for unit in cao_loc.units if unit.kind == "office"}
    assert all(rules["khac_phuc_chi_so"] is Requirement.AMBIGUOUS for rules in owed.values())
    impact = {unit: rules["tac_dong_kt_xh"] for unit, rules in owed.items()}
    assert impact.pop("phong-tai-chinh-ke-hoach") is Requirement.REQUIRED
    assert set(impact.values()) == {Requirement.AMBIGUOUS}
    assert all(rule.question for rule in cao_loc.rules if rule.requirement is Requirement.AMBIGUOUS)


def test_every_rule_and_owner_quotes_the_letter(cao_loc: ReportingRequest) -> None:
    assert all(rule.quote for rule in cao_loc.rules)
    assert all(owner.quote for owner in cao_loc.owners)
    assert {heading.key for heading in cao_loc.asked} == {rule.heading for rule in cao_loc.rules}


@pytest.mark.parametrize("name", preset_names())
def test_the_fields_of_reform_stand_in_one_group(name: str) -> None:
    """Resolution 76/NQ-CP of 15/7/2021, part II, names six."""
    grouped = [heading.key for heading in load_preset(name).headings if heading.group == "ket_qua_linh_vuc"]
    assert grouped == ["the_che", "tthc", "to_chuc_bo_may", "che_do_cong_vu", "tai_chinh_cong", "cqdt_cqs"]


@pytest.mark.parametrize("name", ["so-noi-vu", "xa"])
def test_a_model_without_a_letter_quotes_nothing_and_says_so(name: str) -> None:
    """`quote` is a sentence of the letter itself: a paraphrase stands in a comment."""
    request = load_preset(name)
    assert not [quote for _, quote in request.quotes if quote]
    quotes = [*(r.quote for r in request.rules), *(o.quote for o in request.owners)]
    assert not any([*quotes, *(h.quote for h in request.headings)])
    assert "carry no `quote`" in preset_text(name)


def test_the_home_affairs_office_is_known_by_its_abbreviation(cao_loc: ReportingRequest) -> None:
    assert "PNV" in cao_loc.unit("phong-noi-vu").aliases


def test_every_field_has_a_leading_office(cao_loc: ReportingRequest) -> None:
    leads = {owner.heading for owner in cao_loc.owners if owner.leads}
    assert {*FIELDS, "to_chuc_bo_may", "chi_dao_dieu_hanh", "tac_dong_kt_xh"} == leads


def test_units_end_with_the_district(cao_loc: ReportingRequest) -> None:
    assert {unit.valid_to for unit in cao_loc.units} == {date(2025, 6, 30)}
    assert not cao_loc.unit("xa-mau-son").is_valid_on(date(2025, 7, 1))


def test_all_wordings_of_the_domain_are_known(cao_loc: ReportingRequest) -> None:
    assert {h.key for h in cao_loc.headings if h.role is HeadingRole.CONTAINER} == {"ket_qua_linh_vuc"}
    assert sum(len(heading.variants) for heading in cao_loc.headings) > 100


def _written(tmp_path: Path, old: str, new: str) -> tuple[Path, str]:
    text = preset_text("cao-loc-2024-q1")
    assert old in text
    path = tmp_path / "request.toml"
    text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path, text


@pytest.mark.parametrize(
    ("old", "new", "fault", "problem"),
    [
        ("place = ", "plase = ", "plase", "not known here"),
        ("first = 2023-12-01", "first = 2023-12-32", "2023-12-32", "does not exist"),
        ("first = 2023-12-01", "first = 2024-02-30", "2024-02-30", "does not exist"),
        ("first = 2023-12-01", 'first = "1/12/2023"', "1/12/2023", "is not a date"),
        ("first = 2023-12-01", "first = 1/12/2023", "1/12/2023", "does not exist"),
        ("first = 2023-12-01", "first = 2024-12-01", "first = 2024-12-01", "begins after it ends"),
        ("last_day = 2024-02-29", "last_day = 2023-02-28", "last_day", "deadline"),
        ('kind = "commune"', 'kind = "comune"', 'kind = "comune"', "no kind of unit"),
        ('headings = ["chi_dao_dieu_hanh"]', 'headings = ["chi_dao"]', 'headings = ["chi_dao"]', "no heading"),
        ('group = "ket_qua_linh_vuc"', 'group = "the_che"', 'group = "the_che"', "role `container`"),
        ('role = "container"', 'role = "container"\ngroup = "ket_qua_linh_vuc"', "group", "stands in a group"),
        ('id = "xa-bao-lam"', 'id = "xa-cao-lau"', None, "there twice"),
        ('unit = "phong-noi-vu"', 'unit = "phong-noi"', 'unit = "phong-noi"', "no unit"),
        ('"UBND xã Bảo Lâm"', '"UBND xã CAO LÂU"', None, "also names"),
        ("valid_to = 2025-06-30", "valid_to = 2023-06-30", None, "does not exist in the period"),
    ],
)
def test_a_mistake_names_file_line_and_mend(
    tmp_path: Path, old: str, new: str, fault: str | None, problem: str
) -> None:
    path, text = _written(tmp_path, old, new)
    with pytest.raises(FileProblem) as caught:
        load_request(path)
    params = caught.value.params
    assert params["file"] == str(path)
    assert problem in params["problem"]
    assert params["mend"]
    if fault is not None:
        line = text.split("\n")[int(params["line"]) - 1]
        assert fault in line


def test_a_shared_alias_is_named_at_its_line(tmp_path: Path) -> None:
    path, text = _written(tmp_path, '"UBND xã Bảo Lâm"', '"UBND xã CAO LÂU"')
    with pytest.raises(FileProblem, match="Xã") as caught:
        load_request(path)
    line = int(caught.value.params["line"])
    assert "aliases" in text.split("\n")[line - 1]


def test_communes_that_differ_by_marks_alone_are_two_units(tmp_path: Path) -> None:
    path, _ = _written(tmp_path, '"UBND xã Bảo Lâm"', '"UBND xã Tấn Thành"')
    assert load_request(path).unit("xa-bao-lam")


def test_an_unknown_preset_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="cao-loc-2024-q1"):
        load_preset("cao-loc")


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "request.toml"
    path.write_text("\ufeff" + preset_text("xa"), encoding="utf-8")
    assert load_request(path).name == "xa"
