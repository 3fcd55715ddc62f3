import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** What is broken in a shop; each is another step's business. */
export type Fault =
  | "home answers 500"
  | "products have no page"
  | "the cart forgets"
  | "checkout answers 500"
  | "orders have no number"
  | "the cart is not emptied";

interface CartItem {
  readonly name: string;
  readonly quantity: string;
}

const PRODUCTS = new Map([
  ["OLJCESPC7Z", "Sunglasses"],
  ["66VCHSJNUP", "Tank Top"],
]);

/**
 * The pages of the sample shop's frontend, as far as somebody who buys sees them: the emulator runs no containers, so the shop
 * itself cannot be bought from here.
 *
 * @see https://github.com/GoogleCloudPlatform/microservices-demo/tree/main/src/frontend/templates
 */
export function stubShop(fault?: Fault): RequestListener {
  let cart: CartItem[] = [];
  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
    "GET /": (_request, response) =>
      fault === "home answers 500" ? failed(response) : page(response, home()),
    "GET /cart": (_request, response) => page(response, cartPage(cart)),
    "POST /cart": async (request, response) => {
      const form = await formOf(request);
      const name = PRODUCTS.get(form.get("product_id") ?? "");
      if (fault !== "the cart forgets" && name !== undefined) {
        cart.push({ name, quantity: form.get("quantity") ?? "" });
      }
      response.writeHead(302, { location: "/cart" }).end();
    },
    "POST /cart/checkout": async (request, response) => {
      const form = await formOf(request);
      if (fault === "checkout answers 500" || cart.length === 0 || !form.get("email")) {
        failed(response);
        return;
      }
      cart = fault === "the cart is not emptied" ? cart : [];
      page(response, order(fault === "orders have no number" ? "" : "7a41c3f0-0b52"));
    },
  };
  return (request, response) => {
    const path = request.url ?? "/";
    const [, id = ""] = /^\/product\/(\w+)$/.exec(path) ?? [];
    const name = PRODUCTS.get(id);
    const route = routes[`${request.method} ${path}`];
    if (route !== undefined) {
      void route(request, response);
    } else if (name !== undefined && fault !== "products have no page") {
      page(response, product(id, name));
    } else {
      response.writeHead(404).end();
    }
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function page(response: ServerResponse, main: string): void {
  const html = `<!doctype html><title>Online Boutique</title><main role="main">${main}</main>`;
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
}

function failed(response: ServerResponse): void {
  response.writeHead(500, { "content-type": "text/html" }).end("<h1>Uh, oh!</h1>");
}

function home(): string {
  const cards = [...PRODUCTS].map(
    ([id, name]) =>
      `<div class="hot-product-card"><a href="/product/${id}"><div style="height: 9px"></div></a>
       <div class="hot-product-card-name">${name}</div></div>`,
  );
  return `<h3>Hot Products</h3>${cards.join("")}`;
}

function product(id: string, name: string): string {
  return `<h2>${name}</h2><form method="POST" action="/cart">
    <input type="hidden" name="product_id" value="${id}">
    <select name="quantity"><option>1</option><option>2</option></select>
    <button type="submit">Add To Cart</button></form>`;
}

function cartPage(items: readonly CartItem[]): string {
  if (items.length === 0) {
    return "<h3>Your shopping cart is empty!</h3>";
  }
  const rows = items.map(
    ({ name, quantity }) => `<h4>${name}</h4><div>Quantity: ${quantity}</div>`,
  );
  return `${rows.join("")}<form method="POST" action="/cart/checkout">
    <input type="email" name="email" value="someone@example.com" required>
    <button type="submit">Place Order</button></form>`;
}

function order(number: string): string {
  return `<h3>Your order is complete!</h3><div>Confirmation #</div><div>${number}</div>`;
}
