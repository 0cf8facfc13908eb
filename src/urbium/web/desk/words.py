"""Words: what the tasks of the desk say: a verb, and of what."""

from collections.abc import Mapping

from urbium.text import Text, text
from urbium.web.rendering.words import capital


def _tasks(what: str) -> Mapping[tuple[str, str], Text]:
    """Return what tasks say, by kind and the step that is due."""
    return {
        ("application", "complete"): text("Finish the application from {what}", what=what),
        ("application", "sign"): text("Sign the application from {what}", what=what),
        ("application", "recommend"): text("Recommend the application from {what}, or return it", what=what),
        ("application", "receive"): text("Check that the application from {what} is complete", what=what),
        ("application", "admit"): text("Admit the application from {what} to the review", what=what),
        ("application", "allow"): text("Decide on the appeal by {what}", what=what),
        ("review", "accept"): text("Accept the review of {what}, or declare a conflict", what=what),
        ("review", "hand_in"): text("Review the application from {what}", what=what),
        ("round", "publish"): text("Publish the call {what}", what=what),
        ("round", "propose"): text("Propose the selection for {what}", what=what),
        ("round", "decide"): text("Decide on the selection for {what}", what=what),
        ("agreement", "sign"): text("Sign {what}", what=what),
        ("taskbook", "submit"): text("Finish the task book for {what}", what=what),
        ("taskbook", "sign"): text("Sign the task book for {what}", what=what),
        ("taskbook", "review"): text("Review the task book for {what}", what=what),
        ("taskbook", "put_in_force"): text("Bring the task book for {what} into force", what=what),
        ("report", "submit"): text("File the report for {what}", what=what),
        ("report", "review"): text("Review the report from {what}", what=what),
        ("report", "accept"): text("Accept the report from {what}", what=what),
        ("grade", "publish"): text("Publish the grade for {what}", what=what),
        ("resource", "publish"): text("Publish {what}, or return it", what=what),
        ("data_request", "approve"): text("Approve the request {what}, or refuse it", what=what),
        ("alert", "acknowledge"): text("Look at the alert {what}", what=what),
        ("feed", "accept"): text("Accept the feed {what}", what=what),
        ("submission", "accept"): text("Accept the figures {what}, or return them", what=what),
        ("circular", "release"): text("Send the letter “{what}”", what=what),
        ("city_letter", "send"): text("Send the letter “{what}”", what=what),
        ("city_letter", "acknowledge"): text("Read the letter “{what}”", what=what),
        ("city_letter", "answer"): text("Answer the letter “{what}”", what=what),
        ("comment", "close"): text("Comment: {what}", what=what),
        ("comment", "file"): text("Comment: {what}", what=what),
        ("offer", "publish"): text("Look at the offer {what}, and present it to investors", what=what),
        ("mandate", "share"): text("Finish the mandate {what}, and share it with the office", what=what),
        ("mandate", "answer"): text("Read the mandate {what}, and answer it", what=what),
        ("adoption", "adopt"): text("Adopt {what}, or refuse it", what=what),
        ("account_change", "approve"): text("Approve the change {what}, or refuse it", what=what),
    }


def task_words(kind: str, action: str, title: str, what: str) -> Text:
    """Return what a task says.

    >>> task_words("application", "sign", "sign and send", "Delft"), task_words("x", "send", "send", "Delft")
    ('Sign the application from Delft', 'Send: Delft')
    """
    return _tasks(what).get((kind, action)) or text("{step}: {what}", step=capital(title), what=what)
