"""The words of the page "Your data". Names of columns, values and files come in as text and are shown as text."""

from __future__ import annotations

from typing import Any

from app.wording.numbers import whole

Facts = dict[str, Any]

TITLE = "Your data"
INTRO = (
    "Bring a table of people and an outcome, train one model on it, and move it along every trade-off between "
    "accuracy and equal rates."
)
PRIVACY = (
    "The file stays in a private folder of the machine that runs this app. Nothing is sent anywhere, and it is removed "
    "once you close or reload this page."
)
FILE = "1  The file"
UPLOAD = "A CSV or Parquet file, one row a person, with the names of the columns in the first row"
READING = "Reading the file…"
ANOTHER_FILE = "Use another file"
ANOTHER_FILE_HELP = "Deletes this file here, and the model made from it unless you saved it."

QUESTIONS = "2  The outcome and the groups"
TARGET = "Which column is the outcome?"
FAVOURABLE = "Which outcome helps the person?"
FAVOURABLE_HELP = "Without this, “more positives” would be upside down for outcomes such as a default or a conviction."
ATTRIBUTE = "Whose groups are compared?"
ATTRIBUTE_HELP = "Numbers, such as an age, are cut into bands of about equal size."
CHOOSE = "Choose…"
MORE = "More choices"
SECOND = "Compare combinations with a second column"
WEIGHT = "Survey weight"
WEIGHT_HELP = "How many people a row stands for. It is never used to predict."
UNIT = "Keep rows together that share"
UNIT_HELP = (
    "A column whose rows belong together, as those of a household or of a person who stands here several times: all "
    "are either learned from or tested on. It is never used to predict."
)
NONE = "none"
DROP = "Leave out columns"
KEEP = "Use although left out by itself"
KEEP_HELP = (
    "Columns that look like identifiers, dates or free text are left out, as a model learns nothing fair from them."
)

TRAIN = "4  Train"
NOTION = "What should become equal between the groups?"
NOTIONS = {
    "dp": ("How often each group gets the good prediction", "Among all of its people."),
    "eo": ("How often, among those who do have the good outcome", "As many of them are recognised in each group."),
    "eodds": (
        "How often, among those who have it and among those who do not",
        "Right and wrong ones, both.",
    ),
}
EFFORT = "How thorough?"
EFFORTS = {
    "quick": ("Quick", "One training."),
    "thorough": ("Thorough", "Five trainings, to show how far chance in training moves the curve."),
}
START = "Train"
STOP = "Stop"
STOPPING = "Stopping…"
STOPPED = "Stopped. Nothing of the training is left."
STARTING = "Starting"
TRAINING = "Training"
WRITING = "Writing the model"

DONE = "The model is ready"
EXPLORE = "Explore it"
AGAIN = "Train again with other choices"
KEEP_TITLE = "Keep it or discard it"
HOLDS = (
    "What a saved model holds: its weights; the title you give it; the names of the file and its columns; the values "
    "of categories that are seen five times or more; the mean, median and spread of columns of numbers; the sizes of "
    "the groups; and counts of scores by group and outcome. It holds no rows. Anyone who opens this app can look at "
    "it; without the file they see the stored curve."
)
NAME = "Name to save it under"
NAME_HELP = "Small letters, digits and hyphens, as in loans-2024."
SAVE = "Save"
DOWNLOAD = "Download as ZIP"
DISCARD = "Discard the model"


def file_line(seen: Facts) -> str:
    """What came: "loans.csv: 3,000 rows, 9 columns"."""
    return f"{seen['name']}: {whole(seen['rows'])} rows, {whole(len(seen['columns']))} columns"


def target_help(most: int) -> str:
    """What an outcome is, and which columns can be one."""
    return f"What the model learns to predict. Columns with 2 to {most} different values are offered."


def no_outcome(most: int) -> str:
    """That no column can be an outcome."""
    return (
        f"No column of this file can be an outcome: each holds one value only, or more than {most}. Add a column with "
        "two, such as yes and no."
    )


def value_pick(value: str, rows: int) -> str:
    """A value in a picker: "yes (1,200 rows)"."""
    return f"{value} ({whole(rows)} rows)"


def sees(noun: str) -> str:
    """The choice to let the model see the attribute."""
    return f"Let the model see {noun} when it decides"


def ahead(n: int) -> str:
    """That others come first."""
    others = "another model is" if n == 1 else f"{n} other models are"
    return f"This machine trains one model at a time: {others} before yours. It starts by itself."


def stage(told: str | None, share: float | None = None) -> str:
    """What a training is at, in plain words; once all is done (share 1) its files are written."""
    if share == 1:
        return WRITING
    if told is None:
        return STARTING
    if told.startswith("seed "):
        return "Training once more, from another start"
    return {"training": TRAINING, "levels": "Measuring 101 places"}.get(told, TRAINING)


def left(seconds: float | None) -> str:
    """The time that is left, rounded as far as it can be known."""
    if seconds is None:
        return "working out how long it takes"
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {10 * round(seconds / 10)} seconds left"
    return f"about {round(seconds / 60)} minutes left"


def about(card: Facts) -> str:
    """Which model this is."""
    return (
        f"Trained on {card['dataset_title']}: {card['decision_noun']}, compared by {card['attribute_noun']}. One model "
        "with 101 places, from the most accurate end to the end where the groups differ least."
    )
