import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { Project } from "./entities";
import { conflict, notFound, preconditionFailed, unprocessable } from "./errors";
import type { Store } from "./store";
import { timestamp } from "./time";

export interface ProjectSettings {
  readonly name: string;
  readonly description: string;
  readonly purpose: string;
  readonly environment: Project["environment"];
  readonly isDefault?: boolean | undefined;
}

export interface ProjectResource {
  readonly urn: string;
  readonly assignedAt: string;
}

/** The account's projects. Resources without an assignment are in the default project. */
export class Projects {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    if (store.projects.all().length === 0) {
      const { name, createdAt } = store.profile;
      store.projects.put({
        id: randomUUID(),
        name: name.toLowerCase(),
        description: "Update your project information under Settings",
        purpose: "Just trying out DigitalOcean",
        environment: "Development",
        isDefault: true,
        createdAt,
        updatedAt: createdAt,
      });
    }
  }

  public list(): Project[] {
    return this.store.projects.all();
  }

  /** @param id - a project's id, or `default` @throws ApiError 404 */
  public get(id: string): Project {
    const project = this.list().find((one) => (id === "default" ? one.isDefault : one.id === id));
    if (!project) {
      throw notFound();
    }
    return project;
  }

  /** @throws ApiError 409 if the name is taken, 422 */
  public create(settings: Omit<ProjectSettings, "isDefault">): Project {
    this.check(settings);
    const now = timestamp(this.clock.now());
    return this.store.projects.put({
      ...settings,
      id: randomUUID(),
      isDefault: false,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** @throws ApiError 404, 409 if the name is taken, 422 */
  public update(id: string, changes: Partial<ProjectSettings>): Project {
    const project = this.get(id);
    const changed = { ...project, ...changes, updatedAt: timestamp(this.clock.now()) };
    this.check(changed, project.id);
    if (changes.isDefault) {
      this.store.projects.update(this.get("default").id, { isDefault: false });
    }
    return this.store.projects.put({
      ...changed,
      // Exactly one project is the default.
      isDefault: project.isDefault || changed.isDefault === true,
    });
  }

  /** @throws ApiError 404; 412 while it has resources or is the default */
  public delete(id: string): void {
    const project = this.get(id);
    if (this.resourcesOf(project.id).length > 0) {
      throw preconditionFailed(
        "cannot delete a project with resources. move or remove the resources first",
      );
    }
    if (project.isDefault) {
      throw preconditionFailed("cannot delete the default project");
    }
    this.store.projects.remove(project.id);
  }

  public resourcesOf(id: string): ProjectResource[] {
    const project = this.get(id);
    return this.existing().filter(({ urn }) => this.projectOf(urn).id === project.id);
  }

  /** Moves resources into a project. @throws ApiError 404 if the project does not exist */
  public assign(id: string, urns: readonly string[]) {
    const project = this.get(id);
    const assignedAt = timestamp(this.clock.now());
    return urns.map((urn) => {
      const known = this.existing().find((resource) => resource.urn === urn);
      if (!known) {
        return { urn, assignedAt, status: "not_found" as const };
      }
      if (this.projectOf(urn).id === project.id) {
        return { ...known, status: "already_assigned" as const };
      }
      this.store.projectAssignments.put({ id: urn, projectId: project.id, assignedAt });
      return { urn, assignedAt, status: "assigned" as const };
    });
  }

  /** Returns the project of a resource. */
  public projectOf(urn: string): Project {
    const assignment = this.store.projectAssignments.find(urn);
    const project = assignment && this.store.projects.find(assignment.projectId);
    return project ?? this.get("default");
  }

  private existing(): ProjectResource[] {
    const urns = (kind: string, things: { id: string | number; createdAt: string }[]) =>
      things.map(({ id, createdAt }) => {
        const urn = `do:${kind}:${id}`;
        const assignedAt = this.store.projectAssignments.find(urn)?.assignedAt ?? createdAt;
        return { urn, assignedAt };
      });
    return [
      ...urns("kubernetes", this.store.clusters.all()),
      ...urns("droplet", this.store.droplets.all()),
      ...urns("loadbalancer", this.store.loadBalancers.all()),
      ...urns("volume", this.store.volumes.all()),
    ];
  }

  private check(settings: Omit<ProjectSettings, "isDefault">, id?: string): void {
    if (settings.name === "" || settings.name.length > 175) {
      throw unprocessable("name must be between 1 and 175 characters long");
    }
    if (settings.purpose === "") {
      throw unprocessable("purpose is required");
    }
    if (settings.description.length > 255 || settings.purpose.length > 255) {
      throw unprocessable("description and purpose may have at most 255 characters");
    }
    if (this.list().some((other) => other.name === settings.name && other.id !== id)) {
      throw conflict("name is already in use");
    }
  }
}
