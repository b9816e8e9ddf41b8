import type { Page } from '@playwright/test';
import { expectSignedIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

const SIGN_OUT = 'action="/api/auth/logout"';
const WAYS_IN = /href="\/(login|signup)[?"]/;

for (const path of ['/', '/account', '/notes']) {
  test(`the HTML of ${path} shows who is signed in`, async ({ person, visit }) => {
    const html = await (await visit(path)).text();
    expect(html, 'the HTML of the server').toContain(person.email);
    expect(html, 'the HTML of the server').toContain(SIGN_OUT);
    expect(html, 'the HTML of the server').not.toMatch(WAYS_IN);
  });
}

for (const path of ['/', '/login', '/signup']) {
  test(`the HTML of ${path} shows that no person is signed in`, async ({ visit }) => {
    const html = await (await visit(path)).text();
    expect(html, 'the HTML of the server').toMatch(WAYS_IN);
    expect(html, 'the HTML of the server').not.toContain(SIGN_OUT);
  });
}

test('a note is in the HTML', async ({ page, person, context, baseURL, visit }) => {
  await context.request.post(`${baseURL}/api/notes/add`, {
    form: { body: 'rendered first' },
    headers: { Accept: 'application/json', Authorization: `Bearer ${person.access_token}`, Origin: baseURL! },
  });
  const html = await (await visit('/notes')).text();
  expect(html, 'the HTML of the server').toContain('rendered first');
  await expect(page.getByText('rendered first', { exact: true })).toBeVisible();
});

test('every answer forbids being stored, framed and sniffed', async ({ person, visit }) => {
  for (const path of ['/', '/account', '/notes']) {
    const headers = (await visit(path)).headers();
    expect(headers['cache-control']).toContain('no-store');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe-inline');
    expect(headers['content-security-policy']).not.toContain("'unsafe-eval'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

/** Records from the first element on whether the page ever shows the controls of a signed-in or a signed-out person. */
async function record(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      if (document.querySelector('form[action="/api/auth/logout"]')) seen.add('in');
      if (document.querySelector('a[href^="/login"], a[href^="/signup"], form[action="/api/auth/login"]'))
        seen.add('out');
    }).observe(document, { childList: true, subtree: true, attributes: true });
  });
  return () => page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen]);
}

test('hydration does not flicker', { tag: '@hydrated' }, async ({ page, person, context, visit }) => {
  const seen = await record(page);
  for (const path of ['/', '/account', '/notes']) {
    await visit(path);
    await expectSignedIn(page, person);
    expect(await seen(), path).toEqual(['in']);
  }
  await context.clearCookies();
  for (const path of ['/', '/login', '/signup']) {
    await visit(path);
    expect(await seen(), path).toEqual(['out']);
  }
});
