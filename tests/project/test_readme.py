"""What the README says of the house and of its settings is what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Doors every app has.
FRAMEWORK = {"__init__", "apps", "urls"}


def rooms() -> str:
    return README.partition("| room | what lives there |")[2].partition("Five walks")[0]


def settings() -> set[str]:
    source = (ROOT / "vssportal" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))


@pytest.mark.parametrize("app", ["accounts", "registration", "cards", "vssportal"])
def test_every_file_has_its_place_in_the_picture_of_the_house(app: str) -> None:
    kept_together = {"migrations", "management", "admin", "gateways", "templatetags", "formats", "models"}
    files = [path.relative_to(ROOT / app) for path in (ROOT / app).rglob("*.py")]
    named = {path.stem for path in files if not kept_together & set(path.parts[:-1])}
    missing = {name for name in named - FRAMEWORK if not re.search(rf"\b{name}\b", rooms())}
    assert missing == set()


@pytest.mark.parametrize("where", ["README.md", ".env.example"])
def test_every_setting_is_explained(where: str) -> None:
    made_by_the_command = {"DEMO_MODE"}
    text = (ROOT / where).read_text(encoding="utf-8")
    missing = {name for name in settings() - made_by_the_command if name not in text}
    assert missing == set()


def test_every_decision_that_is_referred_to_is_there_by_its_whole_name() -> None:
    folders = ("accounts", "cards", "registration", "static", "templates", "tests", "vssportal", "deploy")
    files = [ROOT / "portal", *(path for folder in folders for path in (ROOT / folder).rglob("*.*") if path.is_file())]
    texts = [path.read_text(errors="replace") for path in files]
    said = {name for text in texts for name in re.findall(r"docs/adr/(\d[\w-]*)", text)}
    assert said
    assert {name for name in said if not (ROOT / "docs" / "adr" / f"{name}.md").exists()} == set()


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}
