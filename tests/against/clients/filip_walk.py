"""What an application written with filip does with a broker: CRUD, batches, queries, subscriptions.

Every call of filip's own examples e01 (basics) and e09 (system attributes) is among it.

Run by ``test_clients.py`` in an environment of its own: ``python filip_walk.py ADDRESS TOKEN``.
"""

import sys

import requests
from filip.clients.ngsi_ld.cb import ContextBrokerLDClient
from filip.models.base import FiwareLDHeader
from filip.models.ngsi_ld.context import ActionTypeLD, ContextLDEntity, ContextProperty
from filip.models.ngsi_ld.subscriptions import (
    Endpoint,
    EntityInfo,
    NotificationParams,
    SubscriptionLD,
)  # fmt: skip
from filip.utils.cleanup import clear_context_broker_ld

address, token = sys.argv[1:]
session = requests.Session()
session.headers["Authorization"] = f"Bearer {token}"
header = FiwareLDHeader(ngsild_tenant="0503")
broker = ContextBrokerLDClient(url=address, session=session, fiware_header=header)  # writes, and deletes
assert "urbium" in broker.get_version()


def bin_(number: int, fill: int) -> ContextLDEntity:
    """Return a bin that is so full."""
    return ContextLDEntity(id=f"urn:ngsi-ld:Bin:{number}", type="Bin", fill=ContextProperty(value=fill))


def listed(**asked: str) -> list[str]:
    """Return the numbers of the bins that are found."""
    entities = broker.get_entity_list(entity_type="Bin", **asked)
    return sorted(one.id.rpartition(":")[2] for one in entities)


broker.post_entity(bin_(1, 1))
assert broker.get_entity("urn:ngsi-ld:Bin:1").model_dump()["fill"]["value"] == 1
broker.entity_batch_operation(entities=[bin_(1, 1), bin_(2, 2)], action_type=ActionTypeLD.UPSERT)
broker.entity_batch_operation(entities=[bin_(1, 1), bin_(2, 3)], action_type=ActionTypeLD.UPSERT)
assert listed() == ["1", "2"], listed()
assert listed(q="fill==1") == ["1"], listed(q="fill==1")
broker.update_entity_attribute("urn:ngsi-ld:Bin:1", ContextProperty(value=9), attr_name="fill")
assert listed(q="fill>8") == ["1"]
endpoint = Endpoint(uri="http://127.0.0.1:9/none", accept="application/json")
subscription = SubscriptionLD(
    id="urn:ngsi-ld:Subscription:1", type="Subscription", entities=[EntityInfo(type="Bin")],
    notification=NotificationParams(attributes=["fill"], endpoint=endpoint),
)  # fmt: skip
broker.post_subscription(subscription)
assert [one.id for one in broker.get_subscription_list()] == ["urn:ngsi-ld:Subscription:1"]
broker.delete_subscription("urn:ngsi-ld:Subscription:1")
assert broker.get_subscription_list() == []
broker.delete_entity_by_id("urn:ngsi-ld:Bin:1")
assert listed() == ["2"]
assert [one.id for one in broker.get_entity_list(id_pattern="Bin:[2-5]$")] == ["urn:ngsi-ld:Bin:2"]
bin_2 = bin_(2, 4)
bin_2.add_properties({"height": ContextProperty(value=80)})
broker.append_entity_attributes(bin_2)
bin_2.add_properties({"height": ContextProperty(value=90)})
broker.replace_existing_attributes_of_entity(bin_2)
stored = broker.get_entity("urn:ngsi-ld:Bin:2", options="sysAttrs")
assert (stored.model_dump()["height"]["value"], stored.modifiedAt >= stored.createdAt) == (90, True)
clear_context_broker_ld(cb_ld_client=broker)
assert broker.get_entity_list() == []
