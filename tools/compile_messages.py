"""Compiles every locale/*/LC_MESSAGES/*.po beside itself, without gettext's msgfmt. The .mo files are committed.

python -m tools.compile_messages
"""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def main() -> None:
    """Writes each .mo and says how much of it is translated."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(source))
        catalogue.save_as_mofile(str(source.with_suffix(".mo")))
        print(f"{source.relative_to(LOCALE)}: {catalogue.percent_translated()} % translated")


if __name__ == "__main__":
    main()
