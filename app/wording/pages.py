"""The names of the pages, as the links between them show them."""

EXPLORE = "Explore"
OWN = "Your data"
ELSEWHERE = "Elsewhere"
