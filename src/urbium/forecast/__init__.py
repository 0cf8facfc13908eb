"""Forecast: look ahead at urban growth, with bands and a back-test."""
