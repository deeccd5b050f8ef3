"""Writes what is committed of the contract: `python -m contracts.generate`."""

from contracts import codes, document
from contracts.catalogue import EVENTS
from contracts.committed import list_new_examples
from contracts.described import SCHEMAS, file_of, text_of


def main() -> None:
    """Write every schema anew, list new examples, and make of them what others read.

    Schemas of events that there are no more are removed.
    """
    SCHEMAS.mkdir(exist_ok=True)
    wanted = {file_of(event): text_of(event) for event in EVENTS.values()}
    for stale in set(SCHEMAS.glob("*.json")) - wanted.keys():
        stale.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    list_new_examples()
    document.FILE.parent.mkdir(exist_ok=True)
    document.FILE.write_text(document.text(), encoding="utf-8")
    codes.PAGE.write_text(codes.page(), encoding="utf-8")


if __name__ == "__main__":
    main()
