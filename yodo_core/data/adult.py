"""UCI Adult as a data set: 48,842 people of the 1994 US census survey (Becker and Kohavi 1996)."""

from __future__ import annotations

from importlib import resources

import pandas as pd
import pyarrow.parquet as pq

from yodo_core.data.spec import Attribute, Column, DataSpec


def load() -> pd.DataFrame:
    """The packaged rows, adult.data then adult.test: categories as Categorical, numbers as float64."""
    with resources.files("yodo_core.data").joinpath("adult.parquet").open("rb") as file:
        # For a file this small a thread pool costs more than it saves.
        return pq.read_table(file, use_threads=False).to_pandas()


ADULT = DataSpec(
    id="adult",
    title="Adult census, 1994",
    columns=(
        Column("age", "number", help="Age in years."),
        Column("workclass", "category", help="Kind of employer, or self-employed; '?' where not known."),
        Column("fnlwgt", "number", help="Survey weight: how many people the row stands for."),
        Column("education", "category", help="Highest level of education."),
        Column("marital_status", "category", help="Marital status."),
        Column("occupation", "category", help="Kind of work; '?' where not known."),
        Column("relationship", "category", help="Place in the household; its Husband and Wife tell the sex."),
        Column("race", "category", help="Race as recorded by the survey, in five values."),
        Column("sex", "category", help="Sex as recorded by the survey, in two values."),
        Column("capital_gain", "number", log=True, help="Capital gain in dollars; 99,999 where larger."),
        Column("capital_loss", "number", log=True, help="Capital loss in dollars."),
        Column("hours_per_week", "number", help="Hours worked in a week."),
        Column("native_country", "category", help="Country of birth; '?' where not known."),
        Column("income", "category", help="Whether the person earns over $50,000 a year."),
    ),
    target="income",
    favourable=">50K",
    weight="fnlwgt",
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
                "Asian-Pac-Islander": "Asian or Pacific Islander",
                "Amer-Indian-Eskimo": "Native American",
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
        Attribute(
            id="sex+race",
            columns=("race", "sex"),
            reference="White · Women",
            noun="sex and race",
            aliases=("race+sex",),
        ),
    ),
    people="people",
    decision_noun="predicted to earn over $50,000",
    qualified_phrase="among people who do earn over $50,000",
    teaching_note="a teaching example from a 1994 census; nobody was approved or refused",
    licence="CC BY 4.0",
    attribution=(
        "Becker, B. and Kohavi, R. (1996). Adult [Dataset]. UCI Machine Learning Repository. "
        "https://doi.org/10.24432/C5XW20"
    ),
    source="https://archive.ics.uci.edu/dataset/2/adult",
    known_problems=(
        "The $50,000 line was high for 1994: 24% of the people and 11% of the women are above it, so results "
        "depend on where it was drawn (Ding et al. 2021, Retiring Adult).",
        "The rows are a sample with survey weights (fnlwgt); unweighted figures describe the rows, not the "
        "population of the United States.",
        "Only two values of sex and five of race were recorded; some groups are too small for firm figures.",
        "Workclass, occupation and country of birth are not known for some people ('?', kept as a value).",
        "`relationship` is Husband or Wife for 45% of the people, which tells their sex to a model that does "
        "not see it.",
        "Some rows are repeated in full; they are kept, so a person may stand in two splits.",
    ),
    load=load,
    rows=48_842,
)
