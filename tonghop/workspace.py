"""A workspace: the folder an office works in.

inbox/         where reports are dropped
originals/     every file received, under the sha256 of its bytes, never rewritten
quarantine/    files that cannot be read, each with a note that says why
out/           what is compiled
tonghop.toml   the settings · request.toml: who reports what, by when · ledger.sqlite3: the ledger
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from tonghop.errors import OutputNotWritable, WorkspaceMissing
from tonghop.ledger import create_tables, open_ledger
from tonghop.records import ReportingRequest
from tonghop.settings import Settings, load_settings

if TYPE_CHECKING:
    from tonghop.ledger.store import Ledger

__all__ = ["SETTINGS_TEXT", "Workspace"]

SETTINGS_TEXT = """\
# Cấu hình của thư mục làm việc. Bỏ dấu # ở đầu dòng rồi sửa giá trị. Sửa được bằng Notepad.
# Settings of this workspace. Every line shows the default: take the # off and change the value.

# request = "request.toml"    # tệp yêu cầu báo cáo / the request file
# language = "vi"             # vi, en
# executor = "pool"           # serial: từng trang một / one page after the other; pool: nhiều trang cùng lúc; dask
# workers = 0                 # số trang đọc cùng lúc; 0: bằng số lõi của máy / pages at once; 0: one for each core
# dask_scheduler = ""         # tcp://máy:8786, chỉ khi executor = "dask"

# [ingest]
# language = "vie"            # dữ liệu ngôn ngữ của tesseract / tesseract's language data
# recogniser = "office"       # office: mô hình luyện trên văn bản hành chính; system: của tesseract / tesseract's own
# dpi = 300                   # độ phân giải khi đọc PDF / resolution at which PDF pages are read
# page_timeout_s = 120.0      # thời gian tối đa cho một trang, giây / longest time for a page, seconds
# settle_s = 3.0              # tệp phải đứng yên bao lâu mới được lấy / how long a file must stay unchanged
# rescan_s = 60.0             # quét lại toàn bộ inbox mỗi … giây / full scan of the inbox every … seconds
# max_megapixels = 120        # ảnh lớn hơn bị từ chối / larger images are refused
# max_unpacked_mb = 150       # dung lượng tối đa sau khi giải nén / most that a DOCX, XLSX or ZIP may unpack to
# max_archive_files = 500     # số tệp tối đa trong một ZIP / most files in a ZIP
# layer_syllable_share = 0.85 # lớp chữ của PDF có ít âm tiết thật hơn thì đọc từ ảnh / below: read from the image
# layer_ink_coverage = 0.6    # lớp chữ bỏ sót nhiều mực hơn cũng vậy / and so with more ink outside its words
# good_ink_coverage = 0.9     # từ mức này trang được coi là đọc tốt / from here a page counts as read well
# good_confidence = 0.88      # và độ chắc chắn trung bình của chữ từ mức này / and a mean word confidence from here
# unread_ink_coverage = 0.75  # dưới mức này trang coi như chưa đọc được / below, a page counts as unread

# [extract]
# unit_threshold = 0.85       # dưới mức này không đoán đơn vị / below, no unit is named
# unit_margin = 0.05          # khoảng cách tối thiểu tới đơn vị gần thứ hai / least distance to the runner-up
# heading_threshold = 0.85    # dưới mức này không nhận là đề mục / below, a line is no heading
# thin_words = 8              # đề mục ít chữ hơn bị coi là sơ sài / a section with fewer words is thin
# repair = true               # sửa dấu tiếng Việt / repair diacritics

# [compile]
# parent = ""                 # cơ quan chủ quản; để trống: lấy từ tệp yêu cầu / parent authority; from the request
# issuer = ""                 # cơ quan ban hành; để trống: lấy từ tệp yêu cầu / issuing authority; from the request
# place = ""                  # địa danh; để trống: lấy từ tệp yêu cầu / place of issue; empty: from the request
# number = ""                 # số của báo cáo, ví dụ "05"; để trống: để ngỏ / number of the report; empty: left open
# date = ""                   # ngày/tháng/năm, ví dụ "07/03/2024"; để trống: để ngỏ / DD/MM/YYYY; empty: left open
# addressee = ""              # nơi kính gửi; để trống: lấy từ tệp yêu cầu / whom it is sent to; from the request
# signer_authority = ""       # ví dụ "TM. ỦY BAN NHÂN DÂN"; để trống: theo cơ quan ban hành / empty: from the issuer
# signer_title = ""           # ví dụ "CHỦ TỊCH"; để trống: theo cơ quan ban hành / empty: from the issuer
# signer_name = ""            # họ tên người ký; để trống: để ngỏ / the signer's name; empty: left open
# recipients = []             # nơi nhận, từng dòng; luôn có "Như trên" và "Lưu: VT" / one line each, added to those two

# [ledger]
# url = ""                    # để trống: tệp ledger.sqlite3 ở đây / empty: SQLite here; or postgresql://…
"""

_SETTINGS, _REQUEST, _LEDGER = "tonghop.toml", "request.toml", "ledger.sqlite3"
_FILES = (_SETTINGS, _REQUEST, *(_LEDGER + ending for ending in ("", "-wal", "-shm", "-journal")))
_FOLDERS = ("inbox", "originals", "quarantine", "out")


@contextmanager
def _undone_on_failure(root: Path) -> Iterator[None]:
    """Take away again, when a workspace cannot be made in `root`, what was made of it; leave what was there before."""
    files = [root / name for name in _FILES if not (root / name).exists()]
    places = [*(root / name for name in _FOLDERS), root, *root.parents]
    folders = [place for place in places if not place.exists()]
    try:
        yield
    except BaseException:
        for path in (*files, *folders):
            with suppress(OSError):  # what went wrong is told; this is only about what would lie about
                path.rmdir() if path in folders else path.unlink()
        raise


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace with its settings. `root` is absolute."""

    root: Path
    settings: Settings

    @classmethod
    def create(cls, folder: Path, request_toml: str) -> Workspace:
        """Make `folder` a workspace under the request `request_toml` and return it. What is there stays as it is.

        Raises `OutputNotWritable`, `ConfigurationError` when the request, or settings that are there already, are
        wrong, or the ledger they name cannot be opened; nothing new is then left behind.
        """
        root = folder.resolve()
        with _undone_on_failure(root):
            try:
                root.mkdir(parents=True, exist_ok=True)
                for name, text in ((_REQUEST, request_toml), (_SETTINGS, SETTINGS_TEXT)):
                    if not (root / name).exists():
                        (root / name).write_text(text, encoding="utf-8")
            except OSError as error:
                raise OutputNotWritable(file=folder, detail=error.strerror or error) from error
            workspace = cls.open(root)
            workspace.load_request()
            create_tables(workspace.ledger_url)
        return workspace

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Return the workspace in `folder`. Raises `WorkspaceMissing`, `ConfigurationError`."""
        root = folder.resolve()
        if not (root / _SETTINGS).is_file():
            raise WorkspaceMissing(folder=folder)
        workspace = cls(root, load_settings(root / _SETTINGS))
        for place in (workspace.inbox, workspace.originals, workspace.quarantine, workspace.out):
            try:
                place.mkdir(exist_ok=True)
            except OSError as error:
                raise OutputNotWritable(file=place, detail=error.strerror or error) from error
        return workspace

    @property
    def inbox(self) -> Path:
        """Where reports are dropped."""
        return self.root / "inbox"

    @property
    def originals(self) -> Path:
        """Where the bytes of every accepted file are kept."""
        return self.root / "originals"

    @property
    def quarantine(self) -> Path:
        """Where refused files are kept, each with its note."""
        return self.root / "quarantine"

    @property
    def out(self) -> Path:
        """Where results go."""
        return self.root / "out"

    @property
    def scratch(self) -> Path:
        """Where archives are unpacked; whatever a killed run left there is worthless."""
        return self.root / ".unpacked"

    @property
    def ledger_url(self) -> str:
        """The database of the ledger, as a URL."""
        return self.settings.ledger.url or f"sqlite:///{quote(str(self.root / _LEDGER))}"

    def load_request(self) -> ReportingRequest:
        """Return the request of this workspace. Raises `ConfigurationError` with file, line and mend."""
        from tonghop.request import load_request

        return load_request(self.root / self.settings.request)

    def open_ledger(self, clock: Callable[[], datetime], who: str = "tonghop") -> Ledger:
        """Return the ledger. Raises `ConfigurationError`, `MissingDependency`."""
        return open_ledger(self.ledger_url, clock, who)
