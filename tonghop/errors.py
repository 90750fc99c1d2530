"""Every error a user can meet. Each has a code, an exit code, a sentence and a mend.

    TonghopError                      1
    ├── UnloggedError                 1   the same where there is no workspace, and so no tonghop.log
    ├── UsageError                    2   the command line was not understood
    │   └── NotYetAvailable           2   a command that this version does not have
    ├── ConfigurationError            3   a settings or request file is wrong
    │   ├── FileProblem               3     … with file, line and mend
    │   ├── UnknownRequest            3
    │   ├── LedgerClosed              3   the database does not open
    │   ├── SettingsMissing           3
    │   └── WorkspaceMissing          3
    ├── MissingDependency             4   a program, language or font is not installed (ConverterMissing: one file's)
    ├── UnreadableInput               5   this file cannot be read; it is kept in quarantine
    │   ├── FileMissing, FolderGiven  5   the name is wrong, or names a folder
    │   ├── EmptyFile, TruncatedFile, EncryptedFile, UnsupportedType, NotRegularFile, UnsafeName
    │   ├── OversizedImage, OversizedContent, UnsafeContent, LayoutUnreadable, StillChanging
    │   ├── TooManyFiles, TooManyCells (OversizedContent), NestedArchive (an UnsafeContent)
    ├── DuplicateInput                6   the same bytes were received before
    ├── ChildProcessFailed            7   tesseract or poppler failed
    │   └── PageTimeout               7
    ├── NeedsReview                   8   finished, something needs an officer
    ├── OutputNotWritable             9
    │   └── OutputFolderMissing       9   the folder to write into is not there
    └── Interrupted                 130

`message` and `advice` are English message ids with `{placeholders}`; `tonghop.i18n` puts them into the user's language.
Raise with keyword arguments that fill the placeholders: `raise EmptyFile(name="a.pdf")`. A value that is a sentence
itself is made with `N_("…")`, or with `phrase("… {x} …", x=…)` when it has values of its own. Each class has its entry
in docs/errors.md; a test holds the two together.
"""

from __future__ import annotations

from tonghop.errorbase import TonghopError, error_class, error_from
from tonghop.phrases import N_, P_, phrase, quoted

__all__ = [
    "N_",
    "P_",
    "ChildProcessFailed",
    "ConfigurationError",
    "ConverterMissing",
    "DuplicateInput",
    "EmptyFile",
    "EncryptedFile",
    "FileMissing",
    "FileProblem",
    "FolderGiven",
    "Interrupted",
    "LayoutUnreadable",
    "LedgerClosed",
    "MissingDependency",
    "NeedsReview",
    "NestedArchive",
    "NotRegularFile",
    "NotYetAvailable",
    "OutputFolderMissing",
    "OutputNotWritable",
    "OversizedContent",
    "OversizedImage",
    "PageTimeout",
    "SettingsMissing",
    "StillChanging",
    "TonghopError",
    "TooManyCells",
    "TooManyFiles",
    "TruncatedFile",
    "UnknownRequest",
    "UnloggedError",
    "UnreadableInput",
    "UnsafeContent",
    "UnsafeName",
    "UnsupportedType",
    "UsageError",
    "WorkspaceMissing",
    "error_class",
    "error_from",
    "phrase",
    "quoted",
]


class UnloggedError(TonghopError):
    """Something unexpected where there is no workspace, and so no tonghop.log."""

    code = "unexpected_unlogged"
    advice = N_("Run the command again; if it happens again, report it with this message.")


class UsageError(TonghopError):
    """The command line was not understood."""

    exit_code = 2
    code = "usage"
    message = N_("{detail}")
    advice = N_("`tonghop --help` lists the commands, `tonghop COMMAND --help` their options.")


class NotYetAvailable(UsageError):
    """A command of the contract that this version does not have."""

    code = "not_yet"
    message = N_("The command `{command}` is not there yet in this version.")
    advice = N_("The commands that work are listed by `tonghop --help`.")


class ConfigurationError(TonghopError):
    """A settings or request file is wrong."""

    exit_code = 3
    code = "configuration"
    message = N_("{detail}")
    advice = N_("Mend the file and run the command again.")


class FileProblem(ConfigurationError):
    """A settings or request file is wrong at a known line. Params: file, line, problem, mend."""

    code = "configuration_file"
    message = N_("{file}, line {line}: {problem}")
    advice = N_("{mend}")


class UnknownRequest(ConfigurationError):
    """No request file comes with the product under this name. Params: name, known."""

    code = "unknown_request"
    message = N_("{name} is not a request that comes with the product. There are: {known}.")
    advice = N_("`tonghop request list` says more of them; write the name of a file of your own with its ending .toml.")


class SettingsMissing(ConfigurationError):
    """A settings or request file is not there. Params: file."""

    code = "settings_missing"
    message = N_("There is no file {file}.")
    advice = N_("Check the name of the file and of its folder.")


class LedgerClosed(ConfigurationError):
    """The database of the ledger does not open. Params: ledger, detail (its own words, quoted), mend."""

    code = "ledger_closed"
    message = N_("The ledger {ledger} does not open. The database says: {detail}")
    advice = N_("{mend}")


class WorkspaceMissing(ConfigurationError):
    """The folder is not a workspace. Params: folder."""

    code = "workspace_missing"
    message = N_("{folder} is not a workspace: it has no tonghop.toml.")
    advice = N_("Make one with `tonghop init {folder}`, or name another with `--workspace`.")


class MissingDependency(TonghopError):
    """A program, language or font is not installed. Params: what, how."""

    exit_code = 4
    code = "missing_dependency"
    message = N_("{what} is not installed.")
    advice = N_("{how}")


class ConverterMissing(MissingDependency):
    """The program that opens one kind of file is not installed; stops that file alone. Params: name, what."""

    code = "converter_missing"
    message = N_("{name} can only be read with {what}, which is not installed.")
    advice = N_(
        "Install it (Debian: sudo apt install libreoffice-writer) and hand the file in again, or save it as DOCX."
    )


class UnreadableInput(TonghopError):
    """This file cannot be read. Params: name, detail."""

    exit_code = 5
    code = "unreadable"
    message = N_("{name} cannot be read: {detail}")
    advice = N_("Open the file to see whether it is whole, and ask the sender for it again if not.")


class FileMissing(UnreadableInput):
    """No file has this name. Params: name."""

    code = "file_missing"
    message = N_("There is no file {name}.")
    advice = N_("Check the name and the folder; a name with spaces needs quotes.")


class FolderGiven(UnreadableInput):
    """A folder where files are expected. Params: name."""

    code = "folder_given"
    message = N_("{name} is a folder, not a document.")
    advice = N_("Name the files in it; `tonghop ingest` takes a whole folder into a workspace.")


class EmptyFile(UnreadableInput):
    """Zero bytes. Params: name."""

    code = "empty_file"
    message = N_("{name} is empty (0 bytes).")
    advice = N_("The copy or the scan was broken off: copy it again, or ask the sender for it.")


class TruncatedFile(UnreadableInput):
    """The end is missing. Params: name."""

    code = "truncated_file"
    message = N_("{name} is cut off: its end is missing.")
    advice = N_("The copy was broken off: copy it again, or ask the sender for it.")


class EncryptedFile(UnreadableInput):
    """A password is needed. Params: name."""

    code = "encrypted_file"
    message = N_("{name} is protected by a password.")
    advice = N_("Ask the sender for a copy without a password.")


class UnsupportedType(UnreadableInput):
    """Not a kind of file that is read. Params: name, found."""

    code = "unsupported_type"
    message = N_("{name} is not a kind of file that can be read (its content is: {found}).")
    advice = N_(
        "PDF, JPEG, PNG, TIFF, DOCX, DOC, ODT, RTF, XLSX, EML and ZIP are read. Save or scan it as one of these."
    )


class NotRegularFile(UnreadableInput):
    """A link, folder, device or pipe. Params: name."""

    code = "not_regular_file"
    message = N_("{name} is a link or a special file, not a document.")
    advice = N_("Put the document itself there, not a link to it.")


class UnsafeName(UnreadableInput):
    """A name inside an archive that leads elsewhere. Params: name."""

    code = "unsafe_name"
    message = N_("{name} is a name that a document must not have.")
    advice = N_("Rename the document and send it again.")


class OversizedImage(UnreadableInput):
    """More pixels than are read. Params: name, width, height, limit."""

    code = "oversized_image"
    message = N_("{name} is too large an image: {width} × {height} pixels, the limit is {limit} million.")
    advice = N_("Scan the page again at 300 dpi.")


class OversizedContent(UnreadableInput):
    """Unpacks to more than is read. Params: name, limit."""

    code = "oversized_content"
    message = N_("{name} unpacks to more than {limit} MB.")
    advice = N_("Send the documents one by one, without oversized pictures.")


class UnsafeContent(UnreadableInput):
    """A document that refers outside itself (XML entities, nested archives). Params: name, detail."""

    code = "unsafe_content"
    message = N_("{name} holds something a report does not need: {detail}")
    advice = N_("Open it in Word, save it under a new name and send that.")


class TooManyFiles(OversizedContent):
    """An archive of more files than are read. Params: name, limit."""

    code = "too_many_files"
    message = N_("{name} holds more than {limit} files.")
    advice = N_("Send the documents in several smaller archives.")


class TooManyCells(OversizedContent):
    """A workbook of more cells than are read. Params: name, limit."""

    code = "too_many_cells"
    message = N_("{name} holds more than {limit} cells.")
    advice = N_("Send only the sheets that belong to the report, or print them to PDF.")


class NestedArchive(UnsafeContent):
    """An archive inside an archive. Params: name."""

    code = "nested_archive"
    message = N_("{name} is an archive inside an archive.")
    advice = N_("Unpack it and send the documents themselves, or one archive of them.")


class StillChanging(UnreadableInput):
    """Somebody is still writing it. Params: name."""

    code = "still_changing"
    message = N_("{name} was still being written while it was read.")
    advice = N_("Wait until the copy or the scan is finished, then run the command again.")


class LayoutUnreadable(UnreadableInput):
    """The file opens but a part of it is damaged. Params: name, detail."""

    code = "damaged_file"
    message = N_("{name} is damaged: {detail}")
    advice = N_("Open it in its own program, save it again and send that.")


class DuplicateInput(TonghopError):
    """The same bytes were received before. Params: name, first, received."""

    exit_code = 6
    code = "duplicate"
    message = N_("{name} is the same file as {first}, received {received}.")
    advice = N_("Nothing to do: it is recorded and not read twice.")


class ChildProcessFailed(TonghopError):
    """A program we call failed. Params: program, detail."""

    exit_code = 7
    code = "child_failed"
    message = N_("{program} failed: {detail}")
    advice = N_("Run `tonghop doctor`; if all is well there, the page itself is at fault: scan it again.")


class PageTimeout(ChildProcessFailed):
    """Reading a page took too long. Params: program, seconds."""

    code = "page_timeout"
    message = N_("{program} did not finish within {seconds} seconds.")
    advice = N_("Scan the page again, or raise `page_timeout_s` in tonghop.toml.")


class NeedsReview(TonghopError):
    """Finished, and something needs an officer. Params: count."""

    exit_code = 8
    code = "needs_review"
    message = N_("Finished; points that need an officer: {count}.")
    advice = N_("`tonghop gaps` lists them.")


class OutputNotWritable(TonghopError):
    """The result could not be written. Params: file, detail."""

    exit_code = 9
    code = "output_not_writable"
    message = N_("{file} cannot be written: {detail}")
    advice = N_(
        "See that no other program has it open, that you may write there and that the disk has room, "
        "or choose another place."
    )


class OutputFolderMissing(OutputNotWritable):
    """The folder of the result is not there; a slip in its name would make a stray one. Params: file, folder."""

    code = "output_folder_missing"
    message = N_("{file} cannot be written: there is no folder {folder}.")
    advice = N_("Check the name of the folder, or make it first.")


class Interrupted(TonghopError):
    """The user stopped the run. Nothing is lost."""

    exit_code = 130
    code = "interrupted"
    message = N_("Stopped. Nothing is lost.")
    advice = N_("Run the same command again: it goes on where it stopped.")
