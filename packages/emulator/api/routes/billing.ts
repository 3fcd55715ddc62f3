import type { Account } from "../../account/account";
import type { Invoice, InvoiceItem } from "../../account/billing";
import type { Profile, Usage } from "../../account/entities";
import { timestamp } from "../../account/time";
import { pageBody } from "../pagination";
import { ok, type Route, route } from "../router";

const CUSTOMER = "/v2/customers/my";
const INVOICE = `${CUSTOMER}/invoices/{invoice_uuid}`;

export function billingRoutes({ billing, clock, projects, store }: Account): Route[] {
  const projectName = (usage: Usage) => projects.projectOf(urnOf(usage)).name;
  const show = (item: InvoiceItem) => itemBody(item, projectName(item.usage));
  return [
    route("GET", `${CUSTOMER}/balance`, () => {
      const usage = usd(billing.preview().amountUsd);
      const owed = billing.invoices().reduce((sum, { amountUsd }) => sum + amountUsd, 0);
      return ok({
        monthToDateBalance: usd(billing.preview().amountUsd + owed),
        accountBalance: usd(owed),
        monthToDateUsage: usage,
        generatedAt: timestamp(clock.now()),
      });
    }),
    route("GET", `${CUSTOMER}/invoices`, (request) =>
      ok({
        ...pageBody(request, "invoices", billing.invoices(), invoiceBody),
        invoicePreview: invoiceBody(billing.preview()),
      }),
    ),
    route("GET", INVOICE, (request) => {
      const { items } = billing.get(request.param("invoice_uuid"));
      return ok(pageBody(request, "invoiceItems", items, show));
    }),
    route("GET", `${INVOICE}/summary`, (request) =>
      ok(summaryBody(billing.get(request.param("invoice_uuid")), store.profile)),
    ),
    route("GET", `${INVOICE}/csv`, (request) => ({
      status: 200,
      body: csv(billing.get(request.param("invoice_uuid")).items.map(show)),
      contentType: "text/csv",
    })),
  ];
}

function usd(amount: number): string {
  return amount.toFixed(2);
}

function invoiceBody({ uuid, number, period, amountUsd, updatedAt }: Invoice) {
  return {
    invoiceUuid: uuid,
    invoiceId: number,
    amount: usd(amountUsd),
    invoicePeriod: period,
    updatedAt,
  };
}

function itemBody({ usage, hours, amountUsd, startTime, endTime }: InvoiceItem, project: string) {
  const { product, resourceId, description, groupDescription } = usage;
  const isUuid = resourceId.includes("-") && product !== "Container Registry";
  return {
    product,
    ...(isUuid ? { resourceUuid: resourceId } : { resourceId }),
    groupDescription,
    description,
    amount: usd(amountUsd),
    duration: String(Math.ceil(hours)),
    durationUnit: "Hours",
    startTime,
    endTime,
    projectName: project,
  };
}

function urnOf({ product, resourceId }: Usage): string {
  const kinds: Readonly<Record<string, string>> = {
    "Load Balancers": "loadbalancer",
    Volumes: "volume",
    "Kubernetes Clusters": resourceId.includes("-") ? "kubernetes" : "droplet",
  };
  return `do:${kinds[product] ?? "other"}:${resourceId}`;
}

function summaryBody(invoice: Invoice, profile: Profile) {
  const products = byProduct(invoice.items);
  const amount = usd(invoice.amountUsd);
  const nothing = (name: string) => ({ name, amount: "0.00" });
  return {
    invoiceUuid: invoice.uuid,
    invoiceId: invoice.number,
    billingPeriod: invoice.period,
    amount,
    userName: profile.name,
    userEmail: profile.email,
    userCompany: "",
    userBillingAddress: billingAddress(profile.createdAt),
    productCharges: {
      name: "Product usage charges",
      amount,
      items: [...products].map(([name, items]) => ({
        name,
        amount: usd(items.reduce((sum, item) => sum + item.amountUsd, 0)),
        count: String(items.length),
      })),
    },
    overages: nothing("Overages"),
    taxes: nothing("Taxes"),
    creditsAndAdjustments: nothing("Credits & adjustments"),
  };
}

/** The account does not have any. */
function billingAddress(createdAt: string) {
  return {
    addressLine1: "",
    addressLine2: "",
    city: "",
    region: "",
    postalCode: "",
    countryIso2Code: "",
    createdAt,
    updatedAt: createdAt,
  };
}

type ItemBody = ReturnType<typeof itemBody>;

const CSV_COLUMNS: readonly [heading: string, value: (item: ItemBody) => string][] = [
  ["product", (item) => item.product],
  ["group_description", (item) => item.groupDescription],
  ["description", (item) => item.description],
  ["hours", (item) => item.duration],
  ["start", (item) => item.startTime],
  ["end", (item) => item.endTime],
  ["USD", (item) => `$${item.amount}`],
  ["project_name", (item) => item.projectName],
];

function csv(items: readonly ItemBody[]): string {
  const line = (cells: readonly string[]) => cells.map(cell).join(",");
  const rows = items.map((item) => line(CSV_COLUMNS.map(([, value]) => value(item))));
  return [line(CSV_COLUMNS.map(([heading]) => heading)), ...rows, ""].join("\n");
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function byProduct(items: readonly InvoiceItem[]): Map<string, InvoiceItem[]> {
  const products = new Map<string, InvoiceItem[]>();
  for (const item of items) {
    products.set(item.usage.product, [...(products.get(item.usage.product) ?? []), item]);
  }
  return products;
}
