"""The columns, groups and problems of the American Community Survey in words, after its data dictionary. No code."""

from __future__ import annotations

from dataclasses import dataclass

from yodo_core.data.spec import Attribute

HELP = {
    "AGEP": "Age in years.",
    "ANC": "Ancestry: single, multiple, unclassified or not reported, as a code.",
    "CIT": "Citizenship, as a code.",
    "COW": "Class of worker, as a code.",
    "DEAR": "Hearing difficulty: 1 yes, 2 no.",
    "DEYE": "Vision difficulty: 1 yes, 2 no.",
    "DIS": "Disability: 1 with, 2 without.",
    "DREM": "Cognitive difficulty: 1 yes, 2 no.",
    "ESP": "Employment of the parents, for children; as a code.",
    "ESR": "Employment status, as a code.",
    "FER": "Gave birth within the past year: 1 yes, 2 no.",
    "GCL": "Lives with grandchildren: 1 yes, 2 no.",
    "JWMNP": "Minutes of travel to work; 0 where there is none.",
    "JWTR": "Means of travel to work, as a code.",
    "JWTRNS": "Means of travel to work, as a code; from 2019 on in place of JWTR, with other codes.",
    "MAR": "Marital status, as a code.",
    "MIG": "Lived here a year ago, as a code.",
    "MIL": "Military service, as a code.",
    "NATIVITY": "1 native, 2 foreign born.",
    "OCCP": "Occupation, as a code.",
    "PINCP": "Income of the person in the past 12 months, in dollars.",
    "POBP": "Place of birth, as a code.",
    "POVPIP": "Income as a percentage of the poverty line; 501 where above 500.",
    "POWPUMA": "Area of the place of work, as a code.",
    "PUMA": "Area of at least 100,000 people, as a code that is unique within its state.",
    "RAC1P": "Race as recorded by the survey, in nine codes.",
    "RELP": "Relationship to the reference person of the household, as a code.",
    "RELSHIPP": "Relationship to the reference person, as a code; from 2019 on in place of RELP, with other codes.",
    "SCHL": "Highest level of education, as a code.",
    "SEX": "Sex as recorded by the survey: 1 male, 2 female.",
    "ST": "State, as a code.",
    "STATE": "State, as a code; from 2023 on in place of ST.",
    "WKHP": "Usual hours worked in a week.",
    "PWGTP": "Survey weight: how many people the row stands for.",
    "SERIALNO": "Serial number of the household or group quarters.",
}
# Columns that count or measure; every other one is a code.
NUMBERS = {
    *("AGEP", "INTP", "JWMNP", "OIP", "PAP", "PERNP", "PINCP", "POVPIP", "PWGTP", "RETP", "SEMP", "SSIP", "SSP"),
    *("WAGP", "WKHP"),
}
RACES = {
    "1": "White",
    "2": "Black or African American",
    "3": "American Indian",
    "4": "Alaska Native",
    "5": "American Indian or Alaska Native",
    "6": "Asian",
    "7": "Native Hawaiian or Pacific Islander",
    "8": "Some other race",
    "9": "Two or more races",
}
OTHERS = {code: name if name == "White" else "All other races" for code, name in RACES.items()}
RACE_PHRASES = {name: f"{name} {{}}" for name in RACES.values()} | {
    "Some other race": "{} of some other race",
    "Two or more races": "{} of two or more races",
    "All other races": "{} of all other races",
}
DISABILITY = {"1": "With a disability", "2": "Without a disability"}
SEX_PHRASES = {"Men": "men", "Women": "women"}
DISABILITY_PHRASES = {name: f"{{}} {name[:1].lower()}{name[1:]}" for name in DISABILITY.values()}
ATTRIBUTES = (
    Attribute("sex", ("SEX",), "Women", "sex", {"1": "Men", "2": "Women"}, aliases=("gender",), phrases=SEX_PHRASES),
    Attribute("race", ("RAC1P",), "White", "race", RACES, phrases=RACE_PHRASES),
    Attribute("race2", ("RAC1P",), "White", "race", OTHERS, phrases=RACE_PHRASES),
    Attribute("age", ("AGEP",), "30 to 44", "age", bands=(18, 30, 45, 65)),
    Attribute(
        "dis", ("DIS",), "Without a disability", "disability", DISABILITY, ("disability",), phrases=DISABILITY_PHRASES
    ),
    Attribute("sex+race", ("RAC1P", "SEX"), "White · Women", "sex and race", aliases=("race+sex",)),
    Attribute("sex+age", ("AGEP", "SEX"), "30 to 44 · Women", "sex and age", aliases=("age+sex",)),
    Attribute("sex+dis", ("DIS", "SEX"), "Without a disability · Women", "sex and disability", aliases=("dis+sex",)),
)


@dataclass(frozen=True)
class Problem:
    """A problem of folktables, called `name` there, as this program shows it.

    `outcomes` are the target's values where the problem's transform does not hold, and where it does; `favourable` is
    the one of them that is good for the person. `also` are columns that only the problem's filter reads. `by` says
    whose the problem is.
    """

    name: str
    title: str
    features: tuple[str, ...]
    target: str
    target_help: str
    outcomes: tuple[str, str]
    favourable: str
    decision_noun: str
    qualified_phrase: str
    known_problems: tuple[str, ...]
    also: tuple[str, ...] = ()
    by: str = "of Ding, F., Hardt, M., Miller, J. and Schmidt, L. (2021). Retiring Adult."


PROBLEMS = {
    "income": Problem(
        name="ACSIncome",
        title="ACS income",
        features=("AGEP", "COW", "SCHL", "MAR", "OCCP", "POBP", "RELP", "WKHP", "SEX", "RAC1P"),
        target="PINCP",
        target_help="Whether the person's income is over $50,000 a year.",
        outcomes=("<=50000", ">50000"),
        favourable=">50000",
        decision_noun="predicted to have an income over $50,000",
        qualified_phrase="among people who do have an income over $50,000",
        known_problems=(
            "The rows are people over 16 who work and have an income over $100; results depend on where the "
            "$50,000 line was drawn (Ding et al. 2021, Retiring Adult).",
        ),
    ),
    "employment": Problem(
        name="ACSEmployment",
        title="ACS employment",
        features=(
            *("AGEP", "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY"),
            *("DEAR", "DEYE", "DREM", "SEX", "RAC1P"),
        ),
        target="ESR",
        target_help="Whether the person is a civilian employee at work.",
        outcomes=("not employed", "employed"),
        favourable="employed",
        decision_noun="predicted to be employed",
        qualified_phrase="among people who are employed",
        known_problems=(
            "Everyone is in the rows, children and pensioners too, so age alone tells much of the outcome.",
            "Employed means a civilian at work: those with a job but away from it, and soldiers, count as not.",
        ),
    ),
    "public-coverage": Problem(
        name="ACSPublicCoverage",
        title="ACS public health coverage",
        features=(
            *("AGEP", "SCHL", "MAR", "SEX", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY", "DEAR", "DEYE"),
            *("DREM", "PINCP", "ESR", "ST", "FER", "RAC1P"),
        ),
        target="PUBCOV",
        target_help="Whether the person has public health coverage.",
        outcomes=("not covered", "covered"),
        favourable="covered",
        decision_noun="predicted to have public health coverage",
        qualified_phrase="among people who do have public health coverage",
        known_problems=(
            "The rows are people under 65 with an income of at most $30,000, children too.",
            "Who has private insurance alone counts as not covered, as does who has none; being covered is taken as "
            "the good outcome.",
        ),
    ),
    "mobility": Problem(
        name="ACSMobility",
        title="ACS mobility",
        features=(
            *("AGEP", "SCHL", "MAR", "SEX", "DIS", "ESP", "CIT", "MIL", "ANC", "NATIVITY", "RELP", "DEAR", "DEYE"),
            *("DREM", "RAC1P", "GCL", "COW", "ESR", "WKHP", "JWMNP", "PINCP"),
        ),
        target="MIG",
        target_help="Whether the person lived at the same address a year ago.",
        outcomes=("moved", "stayed"),
        favourable="stayed",
        decision_noun="predicted to have stayed at their address",
        qualified_phrase="among people who did stay at their address",
        known_problems=(
            "Staying is taken as the good outcome, a stable home; for some people moving was the better one, which "
            "the rows do not tell.",
            "The rows are people of 19 to 34 years.",
        ),
    ),
    "travel-time": Problem(
        name="ACSTravelTime",
        title="ACS travel time",
        features=(
            *("AGEP", "SCHL", "MAR", "SEX", "DIS", "ESP", "MIG", "RELP", "RAC1P", "PUMA", "ST", "CIT", "OCCP"),
            *("JWTR", "POWPUMA", "POVPIP"),
        ),
        target="JWMNP",
        target_help="Whether the person travels to work for more than 20 minutes.",
        outcomes=("20 minutes or less", "over 20 minutes"),
        favourable="20 minutes or less",
        decision_noun="predicted to travel to work for 20 minutes or less",
        qualified_phrase="among people who do travel for 20 minutes or less",
        known_problems=(
            "A short way to work is taken as the good outcome, so label 1 is folktables' label 0.",
            "Who works at home has no travel time and counts as 20 minutes or less, as folktables has it.",
            "The rows are employed people over 16.",
            "Some 5-Year files name areas by the census of 2010 and of 2020 and have no column PUMA.",
        ),
        also=("ESR",),
    ),
}
