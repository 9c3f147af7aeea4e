"""The page: `streamlit run app/main.py`. Set-up here, content in `app.views`."""

from __future__ import annotations

import streamlit as st

st.set_page_config(page_title="One model, every trade-off", layout="wide", initial_sidebar_state="collapsed")

from app.views import pages  # noqa: E402  (Streamlit wants the page set up before anything else)

pages.run()
