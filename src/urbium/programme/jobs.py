"""Jobs: long work that somebody asks for and a worker does: asked, followed, cancelled."""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from urbium.access import Actor, Grant, Role, allows, clauses, covers
from urbium.clock import present
from urbium.errors import ConflictError, Fault, ForbiddenError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.figures import check_cities
from urbium.programme.job_kinds import JOB_KINDS, Nouns, faults_of, refusal
from urbium.store import Job
from urbium.text import coded, text

_KIND = "job"
_ASKED, _GRANTS = "asked", "grants"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a job has made."""

    name: str
    media_type: str
    content: bytes


class Jobs:
    """The jobs of a programme, as people ask for them and see them.

    Parameters
    ----------
    workspace : the store
    programme : whose work it is, which checks what is asked
    clock : the present in microseconds since 1970
    """

    def __init__(self, workspace: Workspace, programme: Nouns, *, clock: Callable[[], int] = present) -> None:
        self._store = workspace.store.jobs
        self._programme = programme
        self._clock = clock

    def begin(self, actor: Actor, kind: str, asked: Mapping[str, Any]) -> Job:
        """Ask for long work and return the job; a worker takes it when one is free.

        It is done with the roles that the actor acts in now, as far as the account still has them then.

        Raises NotFoundError for a kind that does not exist, ForbiddenError for one that is not the actor's,
        InputError, with a fault for each field, for a request that the kind does not understand.
        """
        faults = self.faults(actor, kind, asked)
        if faults:
            raise refusal(JOB_KINDS[kind], faults)
        now = self._clock()
        grants = [[str(grant.role), grant.scope, grant.code] for grant in actor.grants]
        job = Job(
            id=f"{now:015x}{secrets.token_hex(8)}",
            kind=kind,
            account=actor.account,
            request={_ASKED: dict(asked), _GRANTS: grants},
            made=now,
            changed=now,
        )
        self._store.add(job)
        return job

    def faults(self, actor: Actor, kind: str, asked: Mapping[str, Any]) -> list[Fault]:
        """Return what is wrong with a request, with a fault for each field; raises as :meth:`begin` does."""
        if kind not in JOB_KINDS:
            raise NotFoundError.named(text("kind of job"), kind, JOB_KINDS)
        self.check(actor, kind)
        return faults_of(self._programme, JOB_KINDS[kind], asked)

    def check(self, actor: Actor, kind: str) -> None:
        """Raise ForbiddenError for somebody who may not ask for long work of a kind."""
        check_cities(actor, _KIND, kind, ())

    def opened(self, actor: Actor, id: str, *, is_whole: bool = True) -> Job:  # noqa: A002 - what the table calls it
        """Return a job; raise NotFoundError where it is not there for the actor."""
        job = self._store.one(id, is_whole=is_whole)
        if job is None or not allows(actor, "read", _dossier(job)):
            raise _absent(id)
        return job

    def listed(self, actor: Actor, *, before: str = "", most: int = 100) -> list[Job]:
        """Return the jobs that an actor may see, newest first, without what was asked and answered."""
        places = {right.place for right in clauses(actor, _KIND, "read")}
        if not places:
            return []
        return self._store.listed(None if "all" in places else actor.account, before=before, most=most)

    def cancel(self, actor: Actor, id: str) -> Job:  # noqa: A002
        """End a job that has not ended and return it.

        Raises NotFoundError, ForbiddenError, and ConflictError when it has ended.
        """
        self._check_may_end(actor, id)
        return self._store.cancel(id, now=self._clock())

    def stop(self, actor: Actor, id: str) -> Job:  # noqa: A002
        """Ask a search to end with the best that it has, as its limit of time does, and return the job.

        Raises as :meth:`cancel` does, and ConflictError for work that has nothing to keep before its end.
        """
        job = self._check_may_end(actor, id)
        if not JOB_KINDS[job.kind].is_search:
            raise ConflictError(
                coded("programme.job.no_search", "this job has no interim result that could be kept"),
                place=f"job {id}",
                remedy=text("wait until it ends, or cancel it"),
            )
        return self._store.stop(id, now=self._clock())

    def _check_may_end(self, actor: Actor, id: str) -> Job:  # noqa: A002
        job = self.opened(actor, id)
        if not allows(actor, "cancel", _dossier(job)):
            raise ForbiddenError(
                coded("programme.job.not_yours", "you may not cancel this job"),
                place=f"job {id}",
                remedy=text("ask the person who created it, or the programme office, to cancel it"),
            )
        return job

    def file(self, actor: Actor, id: str) -> Made:  # noqa: A002
        """Return the file that a job has made; raise NotFoundError where there is none."""
        answer = self.opened(actor, id).answer
        if "content" not in answer:
            raise NotFoundError(
                coded("programme.job.no_file", "this job has not produced a file"), place=f"job {id}"
            )
        about = answer["file"]
        return Made(about["name"], about["media_type"], base64.b64decode(answer["content"]))


def asked_of(job: Job) -> Mapping[str, Any]:
    """Return what a job asks for."""
    asked: Mapping[str, Any] = job.request[_ASKED]
    return asked


def acting(job: Job, now: Actor) -> Actor:
    """Return who a job acts as: its account, in the roles it had then and has still."""
    then = [Grant(Role(role), scope, code) for role, scope, code in job.request[_GRANTS]]
    still = (grant for grant in then if any(covers(one, grant) for one in now.grants))
    return Actor(job.account, tuple(still))


def _dossier(job: Job) -> Dossier:
    """Return what the policy asks about a job."""
    return Dossier(kind=_KIND, code=job.id, state=job.state, content={}, owner=job.account)


def _absent(name: str) -> NotFoundError:
    return NotFoundError(
        coded("programme.job.absent", "there is no job {name!r} that you may see", name=name),
        remedy=text("check its name, or sign in as someone who may see it"),
    )
