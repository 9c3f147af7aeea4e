"""The page of one's own data through AppTest: from a file to a model that is explored, kept or discarded."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import store
from app.store import private, training
from app.store.asked import asked
from app.wording import kept, offered
from app.wording import own as words
from tests.app.conftest import CHECKPOINT, ROOT
from tests.data.strangers import loans
from yodo_core import checkpoint
from yodo_core.commands import train
from yodo_core.config import TrainConfig
from yodo_core.data import own
from yodo_core.data.own import Recipe, declare, groups
from yodo_core.data.own.limits import MB_VARIABLE

ANSWERS = {"target": "default", "favourable": "no", "attribute": "sex"}
HOSTILE = ("<img src=x onerror=alert(1)>", "$x$", "**b**", "=1+1")


def csv_of(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Private folders and checkpoints below a folder of the test's own; every desk is closed afterwards."""
    st.cache_resource.clear()
    desks: list[store.Desk] = []
    begin = store.Desk.__init__

    def noted(desk: store.Desk) -> None:
        begin(desk)
        desks.append(desk)

    monkeypatch.setattr(store.Desk, "__init__", noted)
    monkeypatch.setattr(private, "root", lambda: tmp_path)
    monkeypatch.setattr(private, "_HOME", [])
    monkeypatch.setattr("app.store.cards.ROOT", tmp_path / "checkpoints")
    # Set first, so that it is as before afterwards.
    monkeypatch.setenv(MB_VARIABLE, "1")
    monkeypatch.delenv(MB_VARIABLE)
    yield tmp_path
    for desk in desks:
        desk.close()
    assert not any(desk.folder.exists() for desk in desks)
    private.home().close()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """A stranger's file and a checkpoint made from it."""
    folder = tmp_path_factory.mktemp("trained")
    content = csv_of(loans())
    (folder / "loans.csv").write_bytes(content)
    spec = declare(folder / "loans.csv", Recipe("default", "no", ("sex",)))
    config = TrainConfig(dataset=spec.id, attribute="sex", hidden=8, epochs=30)
    train.run(config, folder / "your_data", 0, False, False, "python -m yodo_core train", spec=spec)
    return content, folder / "your_data"


@pytest.fixture
def desk(trained: tuple[bytes, Path]) -> store.Desk:
    """A desk with the file and the checkpoint."""
    found = store.Desk()
    assert found.bring("loans.csv", trained[0]) == ""
    shutil.copytree(trained[1], found.made)
    return found


def page() -> None:
    from app.views import own

    own.show()


def opened(desk: store.Desk | None = None) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    if desk:
        app.session_state["desk"] = desk
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def brought(content: bytes, name: str = "loans.csv") -> AppTest:
    app = opened()
    app.file_uploader[0].set_value((name, content, "text/csv"))
    return checked(app.run())


def answered(app: AppTest, **answers: str) -> AppTest:
    for name, value in answers.items():
        app.selectbox(key=f"pick_choice_{name}").set_value(value)
        checked(app.run())
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return checked(app.run())


def words_of(app: AppTest) -> str:
    shown = [*app.text, *app.warning, *app.error, *app.info, *app.header]
    return "\n".join(str(found.value) for found in shown).replace("\\", "")


def html_of(app: AppTest) -> str:
    return "\n".join(found.proto.body for found in app.get("html"))


def test_each_step_waits_for_the_one_before() -> None:
    app = brought(csv_of(loans()))
    assert "loans.csv: 2,000 rows, 10 columns" in words_of(app)
    assert not app.file_uploader
    for name, value in ANSWERS.items():
        assert words.START not in [button.label for button in app.button]
        answered(app, **{name: value})
    assert words.START in [button.label for button in app.button]
    missing = int((loans()["default"].isna() & loans()["sex"].notna()).sum() + loans()["sex"].isna().sum())
    assert f"{2000 - missing:,} of 2,000 rows" in words_of(app)
    assert "4 columns to predict from" in words_of(app)
    table = html_of(app)
    for row in ("<td>loan_id</td><td>left out: looks like an identifier</td>", "<td>sex</td><td>tells the groups</td>"):
        assert row in table


def test_parquet_is_read_as_well() -> None:
    content = io.BytesIO()
    loans().to_parquet(content)
    app = brought(content.getvalue(), "Meine Kredite (2024).PARQUET")
    assert "Meine-Kredite-2024.parquet: 2,000 rows, 10 columns" in words_of(app)
    answered(app, **ANSWERS)
    assert words.START in [button.label for button in app.button]


def test_a_file_that_went_away_is_said_to_be_gone() -> None:
    app = answered(brought(csv_of(loans())), target="default", favourable="no")
    app.session_state["desk"].file.unlink()
    assert "The file is no longer here" in words_of(answered(app, attribute="sex"))


def test_the_favourable_outcomes_are_those_of_the_outcome_chosen() -> None:
    app = answered(brought(csv_of(loans())), target="default", favourable="no", attribute="sex")
    assert [option.split(" (")[0] for option in app.selectbox(key="pick_choice_favourable").options] == ["no", "yes"]
    answered(app, target="town")
    assert app.selectbox(key="pick_choice_favourable").value is None
    assert words.START not in [button.label for button in app.button]


def test_more_choices_reach_the_preview() -> None:
    frame = loans().assign(weight=1.5 + loans()["age"] / 100, home=[f"h {place % 300}" for place in range(2_000)])
    frame.loc[3:5, "home"] = ""
    app = answered(brought(csv_of(frame)), **ANSWERS, second="town", weight="weight")
    assert app.selectbox(key="pick_choice_unit").options == [
        "none", "loan_id", "applicant", "income", "age", "remark", "opened", "home",
    ]  # fmt: skip
    answered(app, unit="home")
    app.multiselect(key="pick_choice_drop").set_value(["income"])
    app.multiselect(key="pick_choice_keep").set_value(["loan_id"])
    table = html_of(checked(app.run()))
    for row in (
        "<td>town</td><td>tells the groups</td>", "<td>weight</td><td>survey weight</td>",
        "<td>home</td><td>rows that share it stay together</td>",
        "<td>loan_id</td><td>predicts, as a number</td>",
    ):  # fmt: skip
        assert row in table
    assert "<td>income</td><td>left out: " in table
    assert "Male · North" in table
    assert " without home)" in words_of(app)


def test_warnings_stand_before_the_button() -> None:
    frame = loans().assign(sex=["Other"] * 40 + list(loans()["sex"][40:]))
    frame["title"] = frame["sex"].map({"Female": "Ms", "Male": "Mr", "Other": "Mx"})
    frame["outcome"] = frame["default"]
    shown = words_of(answered(brought(csv_of(frame)), **ANSWERS))
    assert "title nearly equals sex" in shown
    assert "outcome nearly equals the outcome" in shown
    assert "Other has 40 rows" in shown


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "one row"),
        (b"a\n1\n2\n", "one column only"),
        (b"a,a\n" + b"1,2\n" * 200, "more than once"),
        ("näme,b\n".encode("latin-1") + b"1,2\n" * 200, "UTF-8"),
        (b"PK\x03\x04" + bytes(100), "packed"),
        (b"PAR1" + bytes(100), "Parquet"),
    ],
)
def test_a_bad_file_gets_its_line_and_leaves_nothing(folders: Path, content: bytes, message: str) -> None:
    app = brought(content, "<b>bad</b>.csv")
    assert len(app.error) == 1
    assert message in words_of(app)
    assert "Traceback" not in words_of(app)
    assert "\n" not in app.error[0].value
    assert list(folders.glob("yodo-private-*/*/file/*")) == []
    assert app.file_uploader, "another file can be brought at once"


def test_files_are_read_one_at_a_time_within_the_limit_of_uploads(
    trained: tuple[bytes, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, most, look = [0], [0], own.look

    def slow(path: Path) -> Any:
        reading[0] += 1
        most[0] = max(most[0], reading[0])
        found = look(path)
        reading[0] -= 1
        return found

    monkeypatch.setattr(own, "look", slow)
    desks = [store.Desk() for _ in range(4)]
    threads = [threading.Thread(target=desk.bring, args=("loans.csv", trained[0])) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [desk.seen["rows"] for desk in desks if desk.seen] == [2000] * 4
    assert most == [1]
    assert os.environ[MB_VARIABLE] == str(st.get_option("server.maxUploadSize")) == "200"


def test_the_questions_offer_what_the_core_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_OUTCOMES", 3)
    monkeypatch.setattr(groups, "MOST_GROUPS", 4)
    frame = pd.DataFrame({name: [f"{name}{i % n}" for i in range(200)] for name, n in (("a", 2), ("b", 4), ("c", 5))})
    app = brought(csv_of(frame))
    assert app.selectbox(key="pick_choice_target").options == ["a"]
    assert "2 to 3 different values" in app.selectbox(key="pick_choice_target").help
    assert app.selectbox(key="pick_choice_attribute").options == ["a", "b"]
    assert "more than 3" in words_of(brought(csv_of(frame[["b", "c"]])))


def captions(app: AppTest) -> list[str]:
    return [str(found.value).replace("\\", "") for found in app.caption]


def test_columns_that_cannot_be_chosen_are_named_with_the_reason() -> None:
    frame = loans().assign(sex="Female", empty="", rare=[f"r{i % 900}" if i < 3 else "usual" for i in range(2_000)])
    app = brought(csv_of(frame))
    (outcome, groups) = captions(app)
    for name in ("sex (one value only)", "empty (empty)"):
        assert name in outcome
        assert name in groups
    assert "rare (fewer than two values that five rows or more hold)" in outcome
    assert "(more than 20 different values)" in outcome
    assert "age" in outcome
    assert "age" not in groups, "numbers are offered, as they are cut into bands"
    assert "loan_id" in groups
    assert "looks like an identifier" in groups
    offered = {*app.selectbox(key="pick_choice_target").options, *app.selectbox(key="pick_choice_attribute").options}
    assert "sex" not in offered


def test_of_many_columns_a_few_are_named() -> None:
    line = offered.not_offered({f"c{i}": "a date" for i in range(9)} | {"x": "empty"}, offered.GROUPS)
    assert line == "Not offered as groups: x (empty); c0, c1, c2, c3, c4, c5 and 3 more (a date)."
    assert offered.not_offered({}, offered.OUTCOME) == ""


def test_groups_that_equal_the_outcome_are_warned_of() -> None:
    frame = loans().dropna(subset=["default", "sex"])
    same = frame.assign(sex=frame["default"].map({"no": "Female", "yes": "Male"}))
    shown = words_of(answered(brought(csv_of(same)), **ANSWERS))
    assert "The groups nearly equal the outcome: 100.0% of Female and 0.0% of Male have the good one" in shown
    part = frame.assign(sex=frame["sex"].where((frame["default"] == "yes") | (frame.index % 4 > 0), "Other"))
    assert "All rows of Other have the same outcome" in words_of(answered(brought(csv_of(part)), **ANSWERS))
    assert "nearly equal the outcome" not in words_of(answered(brought(csv_of(frame)), **ANSWERS))


def test_one_outcome_only_is_said_at_the_question() -> None:
    app = brought(csv_of(pd.DataFrame({"y": ["a"] * 200, "x": range(200)})))
    assert "No column of this file can be an outcome" in words_of(app)


def test_names_from_the_file_are_shown_as_text() -> None:
    frame = loans().rename(columns=dict(zip(("sex", "income", "age", "town"), HOSTILE, strict=True)))
    frame[HOSTILE[0]] = frame[HOSTILE[0]].map({"Female": "<script>1</script>", "Male": "**M** $y$"})
    frame["twin"] = frame[HOSTILE[0]]
    app = answered(brought(csv_of(frame)), **ANSWERS | {"attribute": HOSTILE[0]})
    assert "<img" not in html_of(app)
    assert "<script" not in html_of(app)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html_of(app)
    interpreted = [*(found.value for found in app.warning), *(found.label for found in app.checkbox)]
    assert len(interpreted) == 2
    for text in interpreted:
        assert "img src" in text
        assert re.search(r"(?<!\\)[<$]", text) is None, "Markdown's signs are taken literally"


def fake(monkeypatch: pytest.MonkeyPatch, code: str) -> list[list[str]]:
    """Let every training be this code; returns the commands that were asked for."""
    asked: list[list[str]] = []

    def minded(*arguments: str) -> list[str]:
        asked.append(list(arguments))
        return [sys.executable, "-c", code, *arguments]

    monkeypatch.setattr("app.store.desk.minded", minded)
    return asked


def over(app: AppTest) -> AppTest:
    """Wait for the training's process and look again."""
    process = app.session_state["desk"].job._process
    process.wait(20)
    return checked(app.run())


def test_the_training_is_asked_for_in_single_words_and_its_failure_shown_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = json.dumps({"error": {"code": "wrong_input", "message": "Got <b>bad</b> rows; bring others."}})
    asked = fake(monkeypatch, f"import sys; print({line!r}); sys.exit(2)")
    frame = loans().replace({"no": "-1", "yes": "--out"})
    app = answered(brought(csv_of(frame)), **ANSWERS | {"favourable": "--out"})
    app = over(press(app, words.START))
    assert "--favourable=--out" in asked[0]
    assert asked[0][0] == "train"
    assert asked[0].count("--other-seeds=0") == 1
    assert [error.value.replace("\\", "") for error in app.error] == ["Got <b>bad</b> rows; bring others."]
    assert words.START in [button.label for button in app.button]


def test_what_was_answered_is_asked_for_a_word_each() -> None:
    recipe = {"target": "y", "favourable": "1", "attribute": ["a", "b"], "weight": "w", "unit": "u", "drop": ["c"]}
    recipe |= {"keep": ["d"]}
    command = asked(Path("f.csv"), recipe, "eo", with_attribute=True, quick=False, out=Path("out"))
    assert {"--attribute=a+b", "--weight=w", "--unit=u", "--drop=c", "--keep=d"} <= set(command)
    assert {"--other-seeds=4", "--with-attribute"} <= set(command)


def test_a_training_waits_its_turn_is_told_of_and_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, "import sys; sys.stdin.read(); sys.exit(130)")
    other = training.Job([sys.executable, "-c", "import sys; sys.stdin.read()"], tmp_path, tmp_path / "none.json")
    app = press(answered(brought(csv_of(loans())), **ANSWERS), words.START)
    assert words.ahead(1) in words_of(app)
    other.close()
    app = checked(app.run())
    assert app.session_state["desk"].job.state == "running"
    left = app.session_state["desk"].made.with_name("your_data.partial")
    left.mkdir(parents=True)
    (left / "progress.json").write_text(json.dumps({"stage": "training", "number": 1, "stages": 2}))
    app = over(press(app, words.STOP))
    assert words.STOPPED in words_of(app)
    assert not left.exists()
    assert words.START in [button.label for button in app.button]


def test_a_training_that_is_done_says_that_it_writes_its_files() -> None:
    assert words.stage(None) == words.STARTING
    assert [words.stage("levels", share) for share in (0.5, 1.0)] == ["Measuring 101 places", words.WRITING]


def explored(desk: store.Desk | None, checkpoint: str = "your_data") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    app.query_params["checkpoint"] = checkpoint
    if desk:
        app.session_state["desk"] = desk
    return checked(app.run())


def link(app: AppTest) -> str:
    """The checkpoint that the address names."""
    found = app.query_params["checkpoint"]
    return found[0] if isinstance(found, list) else found


def test_the_model_is_explored_with_its_rows_in_this_session_only(desk: store.Desk, folders: Path) -> None:
    shutil.copytree(CHECKPOINT, folders / "checkpoints" / CHECKPOINT.name)
    app = explored(desk)
    assert link(app) == "your_data"
    assert "loans (yours)" in app.selectbox(key="pick_dataset").options
    card = desk.card()
    assert card is not None
    live, absent = store.recomputed(card, 0.4, 0.5)
    assert absent == ""
    kept = store.stored(card, 0.5)[40]
    assert live["accuracy"] == pytest.approx(kept["accuracy"], abs=1e-9)
    others = explored(None)
    assert not any("loans" in option for option in others.selectbox(key="pick_dataset").options)
    assert "until its page was closed or loaded again" in words_of(others)
    desk.close()
    app = checked(app.run())
    assert link(app) == "adult-sex-dp"


def test_it_is_kept_under_a_name_that_is_free_and_nothing_is_replaced(desk: store.Desk, folders: Path) -> None:
    app = opened(desk)
    assert words.HOLDS in words_of(app)
    kept = folders / "checkpoints"
    (kept / "taken").mkdir(parents=True)
    for name, line in (
        ("", "A name has"),
        ("../up", "A name has"),
        ("Loans", "A name has"),
        ("taken", "choose another"),
    ):
        app.text_input(key="save_name").set_value(name)
        assert line in words_of(press(app, words.SAVE))
    assert [path.name for path in kept.iterdir()] == ["taken"]
    app.text_input(key="save_name").set_value("loans-2024")
    assert "Saved as loans-2024" in words_of(press(app, words.SAVE))
    found = checkpoint.read(kept / "loans-2024")
    assert found.manifest["id"] == "loans-2024"
    assert "Zenobia" not in (kept / "loans-2024" / "manifest.json").read_text()
    assert "choose another name" in words_of(press(app, words.SAVE))
    others = explored(None, "loans-2024")
    assert link(others) == "loans-2024"
    assert "the rows are a file that someone brought" in words_of(others)


def kept_as(desk: store.Desk, name: str, title: str = "") -> None:
    card = desk.card()
    assert card is not None
    assert store.save(card, name, title) == ""


def test_it_is_kept_under_a_title_of_ones_own_or_the_files_name(desk: store.Desk, folders: Path) -> None:
    app = opened(desk)
    app.text_input(key="save_name").set_value("first")
    app.text_input(key="save_title").set_value(" Loans\n<b>2024</b>\u202e ")
    assert "as “Loans <b>2024</b>” in the list" in words_of(press(app, words.SAVE))
    app.text_input(key="save_name").set_value("second")
    app.text_input(key="save_title").set_value("")
    assert "as “loans” in the list" in words_of(press(app, words.SAVE))
    assert store.saved() == {"first": "Loans <b>2024</b>", "second": "loans"}
    explore = explored(None, "second")
    picker = explore.selectbox(key="pick_dataset")
    assert sorted(picker.options) == ["Loans <b>2024</b>", "loans"]
    picker.set_value(picker.options[0])
    assert link(checked(explore.run())) == "first"


def test_a_kept_model_is_removed_once_that_is_confirmed(desk: store.Desk, folders: Path) -> None:
    kept_as(desk, "loans-2024", "Loans *2024*")
    folder = folders / "checkpoints" / "loans-2024"
    app = opened(None)
    assert "Loans *2024* (loans-2024)" in words_of(app)
    app = press(app, kept.REMOVE)
    assert kept.sure("loans-2024", "Loans *2024*") in words_of(app)
    app = press(app, kept.LEAVE)
    assert not app.warning
    assert folder.is_dir()
    app = press(press(app, kept.REMOVE), kept.SURE)
    assert kept.removed("loans-2024") in words_of(app)
    assert not list((folders / "checkpoints").iterdir())
    assert kept.LIST not in [header.value for header in app.header]
    assert "loans.csv: 2,000 rows" in words_of(opened(desk)), "the session's own model is another"


def test_only_what_was_saved_here_is_removed(desk: store.Desk, folders: Path) -> None:
    root = folders / "checkpoints"
    kept_as(desk, "loans-2024")
    shutil.copytree(CHECKPOINT, root / CHECKPOINT.name)
    shutil.copytree(desk.made, root / "by-hand")
    (root / "link").symlink_to(root / "loans-2024", target_is_directory=True)
    assert list(store.saved()) == ["loans-2024"]
    for name in (CHECKPOINT.name, "by-hand", "link", "../checkpoints/loans-2024", "", ".", "nothing"):
        assert "so nothing is removed" in store.remove(name)
    (root / "loans-2024" / "notes.txt").write_text("mine")
    assert "also holds notes.txt, so it stays" in store.remove("loans-2024")
    assert len(list((root / "loans-2024").iterdir())) == 4
    (root / "loans-2024" / "notes.txt").unlink()
    assert store.remove("loans-2024") == ""
    assert sorted(path.name for path in root.iterdir() if path.is_dir()) == [CHECKPOINT.name, "by-hand"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [("  a \t b\n", "a b"), ("x" * 99, "x" * 60), ("\u200b\x00", ""), ("Löhne 2024", "Löhne 2024"), ("", "")],
)
def test_a_title_is_one_line_that_can_be_seen(typed: str, title: str) -> None:
    assert store.titled(typed) == title


def test_the_archive_holds_the_checkpoint_and_no_rows(desk: store.Desk) -> None:
    card = desk.card()
    assert card is not None
    for name, folder in (("loans-2024", "loans-2024"), ("../../up", "your_data")):
        with zipfile.ZipFile(io.BytesIO(store.packed(card, name))) as archive:
            assert sorted(archive.namelist()) == [
                f"{folder}/{file}" for file in ("curve.parquet", "line.safetensors", "manifest.json")
            ]
            assert not any(b"Zenobia" in archive.read(name) for name in archive.namelist())


def test_a_training_that_fails_is_told_of_beside_the_earlier_model(
    desk: store.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, "import sys; sys.exit(3)")
    app = press(answered(opened(desk), **ANSWERS), words.START)
    app = over(app)
    assert "The training ended with code 3" in words_of(app)
    assert words.DONE in words_of(app)
    assert desk.card() is not None


def test_a_discarded_model_is_gone_and_the_file_stays(desk: store.Desk) -> None:
    app = press(opened(desk), words.DISCARD)
    assert not desk.made.exists()
    assert desk.card() is None
    assert "loans.csv: 2,000 rows" in words_of(app)
    app = press(app, words.ANOTHER_FILE)
    assert app.file_uploader
    assert desk.file is None


def test_a_session_that_does_not_come_back_leaves_nothing(desk: store.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, "import sys; sys.stdin.read()")
    recipe = {"target": "a", "favourable": "b", "attribute": ["c"], "drop": [], "keep": []}
    recipe |= {"weight": None, "unit": None}
    desk.train(recipe, "dp", with_attribute=False, quick=True)
    process = desk.job._process
    monkeypatch.setattr("app.store.desk.GRACE", 0.05)
    desk.leave()
    desk._leaving.join(20)
    assert desk.closed
    assert not desk.folder.exists()
    assert process.poll() is not None
    assert opened(desk).session_state["desk"] is not desk


def test_a_session_that_comes_back_in_time_finds_everything(desk: store.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.desk.GRACE", 60.0)
    app = opened(desk)
    # Streamlit clears what is cached for a session when its connection is lost.
    st.cache_resource.clear()
    timer = desk._leaving
    assert timer is not None
    checked(app.run())
    timer.join(20)
    assert not desk.closed
    assert words.DONE in words_of(app)
