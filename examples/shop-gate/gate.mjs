// Buys something in the sample shop with a real browser: browses, adds to the cart, checks out.
//
//   URL=http://203.0.113.7 node examples/shop-gate/gate.mjs
//
// The browser is the one of CHROME_PATH, or else an installed Chrome. STEP_TIMEOUT is how long a page or an element may take, in
// seconds (default 30). Exit codes: 0 bought, 1 could not, 2 no URL is given.

import { chromium } from "playwright-core";

const { URL: url, CHROME_PATH: executablePath, STEP_TIMEOUT = "30" } = process.env;
if (!url) {
  console.error(
    "URL is not set\n  fix: URL=$(doks-env show <stack> --json | jq -r .url) node examples/shop-gate/gate.mjs",
  );
  process.exit(2);
}

let step = "start the browser";
let browser;
let page;
try {
  browser = await chromium.launch(executablePath ? { executablePath } : { channel: "chrome" });
  page = await browser.newPage({ baseURL: url });
  page.setDefaultTimeout(Number(STEP_TIMEOUT) * 1000);

  step = "browse";
  await open("/");
  const card = page.locator(".hot-product-card").first();
  const name = (await card.locator(".hot-product-card-name").innerText()).trim();
  await card.getByRole("link").click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
  done(`found ${name}`);

  step = "add to the cart";
  await page.locator("select[name=quantity]").selectOption("2");
  await page.getByRole("button", { name: "Add To Cart" }).click();
  const item = page.locator("main").filter({ hasText: name }).filter({ hasText: "Quantity: 2" });
  await item.waitFor();
  done(`2 of ${name} are in the cart`);

  step = "check out";
  await page.getByRole("button", { name: /^place order$/i }).click();
  await page.getByRole("heading", { name: "Your order is complete!" }).waitFor();
  const [, confirmation] =
    /Confirmation #\s*(\S+)/.exec(await page.locator("main").innerText()) ?? [];
  if (confirmation === undefined) {
    throw new Error("the order has no confirmation number");
  }
  done(`ordered, confirmation ${confirmation}`);

  step = "find the cart empty";
  await open("/cart");
  await page.getByText("Your shopping cart is empty!").waitFor();
  done("the cart is empty again");
} catch (error) {
  console.error(`✗ ${step}: ${error.message}`);
  if (page !== undefined) {
    console.error(`  the page was ${page.url()}`);
  }
  process.exitCode = 1;
} finally {
  await browser?.close();
}

async function open(path) {
  const answer = await page.goto(path);
  if (!answer.ok()) {
    throw new Error(`${path} answers ${answer.status()}`);
  }
}

function done(what) {
  console.log(`✓ ${step}: ${what}`);
}
