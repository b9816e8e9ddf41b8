import { bearersOf, signIn, writeNote } from '../../support/actions';
import { expectTokenNowhere } from '../../support/checks';
import { expect, test } from '../../support/fixtures';

test('tokens are only in memory and in a cookie that scripts cannot read', async ({
  page,
  account,
  context,
  hydrates,
  visit,
}) => {
  const sent = bearersOf(page);
  await visit('/login?next=/notes');
  await signIn(page, account, { remember: true });
  await expect(page).toHaveURL('/notes');
  await expectTokenNowhere(page);
  await writeNote(page, 'anything');
  await expectTokenNowhere(page);
  if (hydrates) expect(new Set(sent).size, 'access tokens that the page sent').toBe(1);
  else expect(sent, 'access tokens that the page sent').toEqual([]);

  for (const path of ['/account', '/', '/notes']) {
    const html = await (await visit(path)).text();
    for (const token of [...sent, ...(await context.cookies()).map(({ value }) => value)]) {
      expect(html.includes(token), `a token in the HTML of ${path}`).toBe(false);
    }
    await expectTokenNowhere(page);
  }
  for (const cookie of await context.cookies())
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
});

test('the app uses no browser database, cache or service worker', { tag: '@hydrated' }, async ({
  page,
  person,
  visit,
}) => {
  await visit('/notes');
  await writeNote(page, 'anything');
  const kept = await page.evaluate(async () => ({
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  expect(kept, 'browser storage').toEqual({ databases: [], caches: [], workers: 0 });
});

test(
  'only sign-in, sign-up and refresh return an access token',
  { tag: '@hydrated' },
  async ({ page, account, visit }) => {
    const carriers = new Set<string>();
    page.on('response', async response => {
      const { pathname } = new URL(response.url());
      if (!response.headers()['content-type']?.includes('json')) return;
      const body = await response.text().catch(() => '');
      if (body.includes('access_token')) carriers.add(pathname);
    });
    await visit('/login?next=/notes');
    await signIn(page, account);
    await expect(page).toHaveURL('/notes');
    await writeNote(page, 'anything');
    expect([...carriers].filter(path => !['/api/auth/login', '/api/auth/refresh'].includes(path))).toEqual(
      [],
    );
  },
);
