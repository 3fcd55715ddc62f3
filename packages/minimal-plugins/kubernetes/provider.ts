/** Pulumi's kubernetes provider, as far as this project needs it where the official plugin cannot be had. */
import type { PropertyMap } from "../protocol/properties";
import type {
  CheckRequest,
  CheckResult,
  ConfigureRequest,
  ConstructRequest,
  ConstructResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  InvokeRequest,
  InvokeResult,
  ReadRequest,
  ReadResult,
  RequestContext,
  ResourceProvider,
  UpdateRequest,
} from "../protocol/provider";
import { constructDirectory, DIRECTORY } from "./kustomize/directory";
import { check } from "./operations/check";
import { checkConfig, diffConfig } from "./operations/config";
import { create } from "./operations/create";
import { deleteObject } from "./operations/delete";
import { diff } from "./operations/diff";
import { invoke } from "./operations/invoke";
import { read } from "./operations/read";
import { Session } from "./operations/session";
import { readSettings } from "./operations/settings";
import { update } from "./operations/update";

export class KubernetesProvider implements ResourceProvider {
  private configured: Session | undefined;

  public async checkConfig(request: CheckRequest): Promise<CheckResult> {
    return checkConfig(request);
  }

  public async diffConfig(request: DiffRequest): Promise<DiffResult> {
    return diffConfig(request);
  }

  public async configure({ args }: ConfigureRequest): Promise<void> {
    this.configured = await Session.open(readSettings(args, process.env));
  }

  public async check(request: CheckRequest, context: RequestContext): Promise<CheckResult> {
    return check(this.session, request, context);
  }

  public async diff(request: DiffRequest, context: RequestContext): Promise<DiffResult> {
    return diff(this.session, request, context);
  }

  public async create(request: CreateRequest, context: RequestContext): Promise<CreateResult> {
    return create(this.session, request, context);
  }

  public async read(
    request: ReadRequest,
    context: RequestContext,
  ): Promise<ReadResult | undefined> {
    return read(this.session, request, context);
  }

  public async update(request: UpdateRequest, context: RequestContext): Promise<PropertyMap> {
    return update(this.session, request, context);
  }

  public async delete(request: DeleteRequest, context: RequestContext): Promise<void> {
    await deleteObject(this.session, request, context);
  }

  public async invoke(request: InvokeRequest, context: RequestContext): Promise<InvokeResult> {
    return invoke(this.session, request, context);
  }

  public async construct(
    request: ConstructRequest,
    context: RequestContext,
  ): Promise<ConstructResult> {
    if (request.type !== DIRECTORY) {
      throw new Error(
        `the minimal stand-in for Pulumi's kubernetes provider has no component ${request.type}, only ${DIRECTORY}: install the official plugin with pulumi plugin install resource kubernetes`,
      );
    }
    const { session } = this;
    if (session.unreachable !== undefined) {
      throw new Error(`configured Kubernetes cluster is unreachable: ${session.unreachable}`);
    }
    return constructDirectory(session, request, context);
  }

  private get session(): Session {
    if (this.configured === undefined) {
      throw new Error("the provider has not been configured");
    }
    return this.configured;
  }
}
