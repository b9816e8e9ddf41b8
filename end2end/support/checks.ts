import { expect, type Page } from '@playwright/test';
import axe, { type AxeResults, type RunOptions } from 'axe-core';

const JWT = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;

/**
 * Scans the page with all of axe's rules, and again in dark with those about colour.
 *
 * axe needs timers, which a page without JavaScript does not run. Then a copy of the document is scanned at the same
 * address in a context with JavaScript, with a policy that blocks the document's own scripts.
 */
export async function expectAccessible(page: Page, { javaScriptEnabled = true } = {}): Promise<void> {
  if (javaScriptEnabled) return scan(page);
  const context = await page.context().browser()!.newContext({
    javaScriptEnabled: true,
    reducedMotion: 'reduce',
    viewport: page.viewportSize(),
  });
  const copy = await context.newPage();
  const body = await page.content();
  await copy.route(page.url(), route =>
    route.fulfill({
      body,
      contentType: 'text/html',
      headers: { 'Content-Security-Policy': "script-src 'none'" },
    }),
  );
  await copy.goto(page.url());
  await scan(copy);
  await context.close();
}

/** Waits for the style sheet, which may arrive after a page that a form led to. */
function laidOut(page: Page): Promise<void> {
  return page.waitForLoadState();
}

async function scan(page: Page): Promise<void> {
  await laidOut(page);
  expect(page.frames(), 'axe scans one frame only').toHaveLength(1);
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const options: RunOptions = colorScheme === 'dark' ? { runOnly: ['cat.color'] } : {};
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(node => `${id} (${help}): ${node.html}\n${node.failureSummary}`),
    );
    expect(found, `axe on ${page.url()}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Expects that nothing on the page is wider than the window. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  await laidOut(page);
  const wider = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const overflow = document.documentElement.scrollWidth - width;
    const culprits = [...document.querySelectorAll('body *')].filter(
      e => e.getBoundingClientRect().right > width + 0.5,
    );
    return overflow > 0 ? [`${overflow}px too wide`, ...culprits.map(e => e.outerHTML.slice(0, 120))] : [];
  });
  expect(wider, page.url()).toEqual([]);
}

/** Expects no token in storage, readable cookies, the HTML or the address of the page. */
export async function expectTokenNowhere(page: Page): Promise<void> {
  const kept = await page.evaluate(() => ({
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage),
    cookie: document.cookie,
    html: document.documentElement.outerHTML,
    url: location.href,
  }));
  expect(kept.local, 'local storage').toEqual([]);
  expect(kept.session, 'session storage').toEqual([]);
  expect(kept.cookie, 'cookies that scripts can read').toBe('');
  expect(kept.url, 'the address').not.toMatch(JWT);
  expect(kept.html, 'the HTML').not.toMatch(JWT);
  for (const { name, value } of await page.context().cookies()) {
    expect(kept.html.includes(value), `the cookie ${name} is in the HTML`).toBe(false);
    expect(kept.url.includes(value), `the cookie ${name} is in the address`).toBe(false);
  }
}
