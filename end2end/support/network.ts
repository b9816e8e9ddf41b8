import { type APIRequest, expect, type Page, type Route } from '@playwright/test';

/** A number of events. */
export interface Count {
  times: number;
}

/** Counts the requests of `page` to `path` from now on. */
export function count(page: Page, path: string): Count {
  const seen = { times: 0 };
  page.on('request', request => {
    if (new URL(request.url()).pathname === path) seen.times += 1;
  });
  return seen;
}

/**
 * Loses the answers to refreshes of `page`, as a broken connection would.
 *
 * The request is made from outside the browser, so that the browser keeps its cookies and sees a connection reset.
 *
 * @param api makes the requests (`playwright.request`)
 * @param times the number of answers to lose
 */
export async function loseRefreshAnswers(page: Page, api: APIRequest, times: number): Promise<Count> {
  const lost = { times: 0 };
  await page.route('**/api/auth/refresh', async route => {
    if (lost.times >= times) return route.fallback();
    lost.times += 1;
    const asked = route.request();
    const cookies = await page.context().cookies(asked.url());
    const outside = await api.newContext();
    const answer = await outside.post(asked.url(), {
      headers: {
        ...asked.headers(),
        origin: new URL(asked.url()).origin,
        cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
      },
      data: asked.postDataBuffer() ?? '',
    });
    expect(answer.status(), await answer.text()).toBe(200);
    await outside.dispose();
    return route.abort('connectionreset');
  });
  return lost;
}

/**
 * Holds the requests of `page` to `path` until they are released.
 *
 * @returns a function that releases them
 */
export async function hold(page: Page, path: string): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let open = false;
  await page.route(`**${path}`, route => {
    if (open) return route.fallback();
    held.push(route);
    return undefined;
  });
  return async () => {
    open = true;
    for (const route of held) await route.fallback();
  };
}
