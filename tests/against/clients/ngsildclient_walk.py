"""What an application written with ngsildclient does with a broker: create, upsert, query, history, delete.

Run by ``test_clients.py`` in an environment of its own: ``python ngsildclient_walk.py PORT TOKEN``.
"""

import sys

from ngsildclient import Client, Entity
from requests.auth import AuthBase


class Bearer(AuthBase):
    """Sends a token with every request."""

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {sys.argv[2]}"
        return request


client = Client("127.0.0.1", int(sys.argv[1]), tenant="0503", tenant_autocreate=False, custom_auth=Bearer())


def lamp(number: int, level: int) -> Entity:
    """Return a lamp of a level."""
    return Entity("Lamp", str(number)).prop("level", level)


assert client.is_connected()
client.create(lamp(1, 5))
client.upsert(lamp(1, 5), lamp(2, 6))
client.upsert(lamp(1, 5), lamp(2, 7))
assert client.count(type="Lamp") == 2
assert [one.id for one in client.query(type="Lamp", q="level==5")] == ["urn:ngsi-ld:Lamp:1"]
assert client.get("urn:ngsi-ld:Lamp:2")["level"]["value"] == 7
assert "Lamp" in client.types.list()
client.drop("Lamp")
assert client.count(type="Lamp") == 0
