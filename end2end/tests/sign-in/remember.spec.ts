import { expectSignedIn, refreshCookie, signIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

const DAY = 24 * 60 * 60;

for (const remember of [true, false]) {
  const title = `the cookie ${remember ? 'outlives the browser' : 'goes with the browser'}`;
  test(title, { tag: '@no-wasm' }, async ({ page, account, context, baseURL, visit }) => {
    await visit('/login');
    await signIn(page, account, { remember });
    await expectSignedIn(page, account);
    const refresh = await refreshCookie(context, baseURL!);
    expect(refresh).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' });
    const days = (refresh!.expires - Date.now() / 1000) / DAY;
    if (remember) {
      expect(days, 'days until the cookie expires').toBeGreaterThan(89);
      expect(days, 'days until the cookie expires').toBeLessThanOrEqual(90);
    } else {
      expect(refresh!.expires, 'the cookie ends with the browser').toBe(-1);
    }
    expect((await context.cookies()).filter(cookie => !cookie.httpOnly), 'cookies that scripts can read').toEqual([]);

    await page.reload();
    const hours =
      (await page
        .locator('main time')
        .last()
        .getAttribute('datetime')
        .then(at => Date.parse(at!) - Date.now())) / 3_600_000;
    if (remember) expect(hours, 'hours until the session expires').toBeGreaterThan(13);
    else expect(hours, 'hours until the session expires').toBeLessThanOrEqual(12);
  });
}
