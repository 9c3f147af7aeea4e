"""UCI KDD Census-Income as a data set: people of the 1994 and 1995 US census surveys, from the files as published."""

from __future__ import annotations

import zlib
from functools import partial
from pathlib import Path

import pandas as pd

from yodo_core.data import places
from yodo_core.data.parsed import parsed
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import InputError, RowsAbsentError

FILES = ("kdd/census-income.data.gz", "kdd/census-income.test.gz")
NEEDED = FILES[1]


def absent() -> str | None:
    """What is missing and what to do, in one sentence; None where the file is there."""
    if places.find(NEEDED):
        return None
    return (
        f"The KDD file {Path(NEEDED).name} is not in {places.looked(NEEDED)}; run `python -m yodo_core data fetch "
        f"kdd`, or set {places.DATA} to the folder that holds {NEEDED}."
    )


def load() -> pd.DataFrame:
    """The rows of census-income.data.gz, where it is there, then of census-income.test.gz.

    Raises RowsAbsentError where the second is missing, InputError for a file of another form.
    """
    missing = absent()
    if missing:
        raise RowsAbsentError(missing)
    names = [column.name for column in COLUMNS]
    found = [path for name in FILES if (path := places.find(name))]
    frame = pd.concat([parsed(path, names, partial(_read, path)) for path in found], ignore_index=True)
    for column in COLUMNS:
        if column.kind == "category":
            frame[column.name] = frame[column.name].str.rstrip().astype("category")
    return frame


def _read(path: Path) -> pd.DataFrame:
    """One file as published: no header, ', ' between values, 'NA' a value like any other."""
    kinds = {i: str if column.kind == "category" else float for i, column in enumerate(COLUMNS)}
    try:
        frame = pd.read_csv(path, header=None, skipinitialspace=True, keep_default_na=False, dtype=kinds)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        reason = " ".join(f"{type(error).__name__} {error}".split())
        raise InputError(
            f"{path} cannot be read ({reason}); expected the gzipped file as UCI publishes it. Delete it and copy or "
            "fetch it again."
        ) from None
    if len(frame.columns) != len(COLUMNS):
        raise InputError(
            f"{path} has {len(frame.columns)} columns; expected the {len(COLUMNS)} that UCI publishes. Delete it and "
            "copy or fetch it again."
        )
    return frame.set_axis([column.name for column in COLUMNS], axis=1)


COLUMNS = (
    Column("age", "number", help="Age in years."),
    Column("class_of_worker", "category", help="Kind of employer, or self-employed."),
    Column("detailed_industry_recode", "category", help="Industry as a code; 0 where not in universe."),
    Column("detailed_occupation_recode", "category", help="Occupation as a code; 0 where not in universe."),
    Column("education", "category", help="Highest level of education; Children below 15 years."),
    Column("wage_per_hour", "number", log=True, help="Wage per hour as recorded; 0 where not in universe."),
    Column("enroll_in_edu_inst_last_wk", "category", help="Enrolled at a school or college in the last week."),
    Column("marital_stat", "category", help="Marital status."),
    Column("major_industry_code", "category", help="Industry in 24 classes."),
    Column("major_occupation_code", "category", help="Occupation in 15 classes."),
    Column("race", "category", help="Race as recorded by the survey, in five values."),
    Column("hispanic_origin", "category", help="Hispanic origin; 'NA' and 'Do not know' kept as values."),
    Column("sex", "category", help="Sex as recorded by the survey, in two values."),
    Column("member_of_a_labor_union", "category", help="Member of a labour union."),
    Column("reason_for_unemployment", "category", help="Reason for unemployment."),
    Column("full_or_part_time_employment_stat", "category", help="Full-time, part-time or not in the labour force."),
    Column("capital_gains", "number", log=True, help="Capital gains in dollars; 99,999 where larger."),
    Column("capital_losses", "number", log=True, help="Capital losses in dollars."),
    Column("dividends_from_stocks", "number", log=True, help="Dividends from stocks in dollars."),
    Column("tax_filer_stat", "category", help="Whether and how the person files taxes; it tells the marital status."),
    Column("region_of_previous_residence", "category", help="Region lived in before."),
    Column("state_of_previous_residence", "category", help="State lived in before; '?' where not known."),
    Column("detailed_household_and_family_stat", "category", help="Place in household and family, in detail."),
    Column("detailed_household_summary_in_household", "category", help="Place in the household."),
    Column("instance_weight", "number", help="Survey weight: how many people the row stands for."),
    Column("migration_code_change_in_msa", "category", help="Move between cities; '?' where not asked."),
    Column("migration_code_change_in_reg", "category", help="Move between regions; '?' where not asked."),
    Column("migration_code_move_within_reg", "category", help="Move within a region; '?' where not asked."),
    Column("live_in_this_house_1_year_ago", "category", help="Lived in this house a year ago."),
    Column("migration_prev_res_in_sunbelt", "category", help="Moved from the sunbelt; '?' where not asked."),
    Column("num_persons_worked_for_employer", "number", help="Size of the employer, in seven steps from 0 to 6."),
    Column("family_members_under_18", "category", help="Parents present, for people under 18."),
    Column("country_of_birth_father", "category", help="Father's country of birth; '?' where not known."),
    Column("country_of_birth_mother", "category", help="Mother's country of birth; '?' where not known."),
    Column("country_of_birth_self", "category", help="Country of birth; '?' where not known."),
    Column("citizenship", "category", help="Citizenship, in five values."),
    Column("own_business_or_self_employed", "category", help="Own business or self-employed, as a code."),
    Column("fill_inc_questionnaire_for_veterans_admin", "category", help="Filled in the veterans' questionnaire."),
    Column("veterans_benefits", "category", help="Veterans' benefits, as a code."),
    Column("weeks_worked_in_year", "number", help="Weeks worked in the year."),
    Column("year", "category", help="Year of the survey, 94 or 95."),
    Column("income", "category", help="Whether the person's income is over $50,000 a year."),
)

KDD = DataSpec(
    id="kdd",
    title="KDD census income, 1994 and 1995",
    columns=COLUMNS,
    target="income",
    favourable="50000+.",
    weight="instance_weight",
    attributes=(
        Attribute(
            id="sex",
            columns=("sex",),
            groups={"Male": "Men", "Female": "Women"},
            phrases={"Men": "men", "Women": "women"},
            reference="Women",
            noun="sex",
            aliases=("gender",),
        ),
        Attribute(
            id="race",
            columns=("race",),
            groups={
                "White": "White",
                "Black": "Black",
                "Asian or Pacific Islander": "Asian or Pacific Islander",
                "Amer Indian Aleut or Eskimo": "Native American",
                "Other": "Other race",
            },
            reference="White",
            noun="race",
            phrases={
                "White": "White {}",
                "Black": "Black {}",
                "Asian or Pacific Islander": "Asian or Pacific Islander {}",
                "Native American": "Native American {}",
                "Other race": "{} of another race",
            },
        ),
    ),
    people="people",
    decision_noun="predicted to have an income over $50,000",
    qualified_phrase="among people who do have an income over $50,000",
    teaching_note="a teaching example from the censuses of 1994 and 1995; nobody was approved or refused",
    licence="CC BY 4.0",
    attribution="Census-Income (KDD) [Dataset]. UCI Machine Learning Repository.",
    source="https://archive.ics.uci.edu/dataset/117/census+income+kdd",
    known_problems=(
        "Children and pensioners are among the people: about half have no employer, and 6% have an income over "
        "$50,000, so a model that says no to everyone is already 94% accurate.",
        "The rows are a sample with survey weights (instance_weight); unweighted figures describe the rows, not "
        "the population of the United States.",
        "Only two values of sex and five of race were recorded; some groups are too small for firm figures.",
        "Moves were not asked of the people of 1995 ('?', kept as a value), so they tell the year.",
        "Households are not named: members of one may stand in two splits.",
        "Some rows are repeated in full; they are kept, so a person may stand in two splits.",
    ),
    load=load,
    absent=absent,
)
