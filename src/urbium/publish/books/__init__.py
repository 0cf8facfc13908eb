"""Workbooks: what an office reads in Excel."""
