"""Walks through the emulated account with pydo, DigitalOcean's own client for Python.

Reads DIGITALOCEAN_API_URL and DIGITALOCEAN_TOKEN, prints what it saw as one JSON object.
"""

import json
import os
import time
import urllib.request

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import HeadersPolicy
from pydo import Client

DEADLINE_SECONDS = 20


def main():
    client = connect(os.environ["DIGITALOCEAN_API_URL"], os.environ["DIGITALOCEAN_TOKEN"])
    offer = client.kubernetes.list_options()["options"]
    cluster = create_cluster(client)
    seen = {
        "email": client.account.get()["account"]["email"],
        "sizes": [size["slug"] for size in pages(client.sizes.list, "sizes")],
        "offered_versions": [version["slug"] for version in offer["versions"]],
        "cluster": cluster,
        "droplets": client.droplets.list(tag_name=f"k8s:{cluster['id']}")["meta"]["total"],
        "credentials": client.kubernetes.get_credentials(cluster["id"], expiry_seconds=60),
        "user": client.kubernetes.get_cluster_user(cluster["id"])["kubernetes_cluster_user"],
        "pool": scale(client, cluster),
        "registry": registry(client, cluster),
        "images": images(client),
        "names": names(client),
        "volume_errors": volume(client),
        "cpu_modes": cpu_modes(client, cluster),
        "balance": client.balance.get(),
        "invoice_items": invoice_items(client),
        "projects": [project["name"] for project in client.projects.list()["projects"]],
        "associated": client.kubernetes.list_associated_resources(cluster["id"]),
        "unknown_cluster": error_of(lambda: client.kubernetes.get_cluster("none")),
        "bad_version": error_of(
            lambda: client.kubernetes.create_cluster(body=request(version="1.1"))
        ),
    }
    client.kubernetes.destroy_associated_resources_dangerous(cluster["id"])
    seen["clusters_left"] = client.kubernetes.list_clusters()["meta"]["total"]
    print(json.dumps(seen))


def connect(endpoint, token):
    """By itself the library sends tokens over HTTPS only; the emulator is on loopback, without TLS."""
    bearer = HeadersPolicy({"Authorization": f"Bearer {token}"})
    return Client(token=token, endpoint=endpoint, authentication_policy=bearer)


def request(**changes):
    pool = {"name": "default", "size": "s-2vcpu-4gb", "count": 1}
    return {"name": "blue", "region": "fra1", "version": "1.35", "node_pools": [pool], **changes}


def create_cluster(client):
    created = client.kubernetes.create_cluster(body=request())["kubernetes_cluster"]
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        cluster = client.kubernetes.get_cluster(created["id"])["kubernetes_cluster"]
        if cluster["status"]["state"] == "running":
            return cluster
        time.sleep(0.1)
    raise TimeoutError("the cluster does not run")


def scale(client, cluster):
    pool = cluster["node_pools"][0]
    body = {"name": pool["name"], "count": 2}
    return client.kubernetes.update_node_pool(cluster["id"], pool["id"], body=body)["node_pool"]


def registry(client, cluster):
    client.registries.create(body={"name": "team", "subscription_tier_slug": "basic"})
    client.kubernetes.add_registry(body={"cluster_uuids": [cluster["id"]]})
    integrated = client.kubernetes.get_cluster(cluster["id"])["kubernetes_cluster"]
    return integrated["registries"]


def images(client):
    for tag in ["1.0", "2.0"]:
        push("team", "shop/frontend", tag)
    name = client.registries.list_repositories_v2("team")["repositories"][0]["name"]
    client.registries.delete_repository_tag("team", name, "1.0")
    tags = client.registries.list_repository_tags("team", name)["tags"]
    manifests = client.registries.list_repository_manifests("team", name)["manifests"]
    return [name, [tag["tag"] for tag in tags], len(manifests)]


def push(registry_name, repository, tag):
    """What `docker push` does elsewhere."""
    request = urllib.request.Request(
        f"{os.environ['DIGITALOCEAN_API_URL']}/_emulator/images",
        json.dumps({"registry": registry_name, "repository": repository, "tag": tag}).encode(),
        {"Authorization": f"Bearer {os.environ['DIGITALOCEAN_TOKEN']}"},
    )
    with urllib.request.urlopen(request):
        pass


def names(client):
    domain = "dev.example.com"
    client.domains.create(body={"name": domain})
    record = {"type": "A", "name": "www", "data": "192.0.2.1", "ttl": 60}
    client.domains.create_record(domain, body=record)
    request = {"name": "web", "type": "lets_encrypt", "dns_names": [f"*.{domain}"]}
    client.certificates.create(body=request)
    records = client.domains.list_records(domain, type="A")["domain_records"]
    [certificate] = client.certificates.list()["certificates"]
    return [
        [record["name"] for record in records],
        certificate["dns_names"],
        client.domains.list()["meta"]["total"],
    ]


def volume(client):
    body = {"name": "data", "region": "fra1", "size_gigabytes": 1}
    created = client.volumes.create(body=body)["volume"]
    again = error_of(lambda: client.volumes.create(body=body))
    client.volumes.delete(created["id"])
    return [again, error_of(lambda: client.volumes.get(created["id"]))]


def cpu_modes(client, cluster):
    node = cluster["node_pools"][0]["nodes"][0]
    now = int(time.time())
    metrics = client.monitoring.get_droplet_cpu_metrics(
        host_id=node["droplet_id"], start=str(now - 600), end=str(now)
    )
    return [series["metric"]["mode"] for series in metrics["data"]["result"]]


def invoice_items(client):
    preview = client.invoices.list()["invoice_preview"]
    items = client.invoices.get_by_uuid(invoice_uuid=preview["invoice_uuid"])["invoice_items"]
    return [item["group_description"] for item in items]


def pages(listing, key):
    page = 1
    while True:
        answer = listing(page=page, per_page=10)
        yield from answer[key]
        if "next" not in answer["links"].get("pages", {}):
            return
        page += 1


def error_of(call):
    """How pydo reports an error: it raises, except for a 404, whose body it returns."""
    try:
        return call().get("id")
    except HttpResponseError as error:
        return error.status_code


if __name__ == "__main__":
    main()
