import { expectSignedIn } from '../../support/actions';
import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { longAddress, signUpOverHttp, stranger } from '../../support/people';

const PAGES = [
  ['/account', 'Account', 'Profile'],
  ['/account/security', 'Security', 'Security'],
  ['/account/devices', 'Devices', 'Devices'],
  ['/account/activity', 'Activity', 'Activity'],
  ['/account/data', 'Your data', 'Data'],
  ['/reauthenticate', 'Is it still you?', undefined],
] as const;

test('every page is accessible', async ({ page, person, javaScriptEnabled, visit }) => {
  test.slow();
  for (const [path, heading] of PAGES) {
    await test.step(path, async () => {
      await visit(path);
      await expectSignedIn(page, person);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
      await expectAccessible(page, { javaScriptEnabled });
    });
  }
});

test('a person opens every page of the account section', async ({ page, person, visit }) => {
  await visit('/account');
  const nav = page.getByRole('navigation', { name: 'Account' });
  for (const [path, heading, link] of PAGES) {
    if (!link) continue;
    await nav.getByRole('link', { name: link, exact: true }).click();
    await expect(page).toHaveURL(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(nav.getByRole('link', { name: link, exact: true })).toHaveAttribute('aria-current', 'page');
    await expect(nav.locator('[aria-current]')).toHaveCount(1);
    const main = page.getByRole('banner').getByRole('link', { name: 'Account', exact: true });
    await expect(main).toHaveAttribute('aria-current', path === '/account' ? 'page' : 'true');
  }
  await expectSignedIn(page, person);
});

atWidths([320, 1600], () => {
  test('nothing scrolls sideways', async ({ page, context, baseURL, visit }) => {
    await signUpOverHttp(context.request, baseURL!, { ...stranger(), email: longAddress() });
    for (const [path] of PAGES) {
      await visit(path);
      await expectNoSidewaysScrolling(page);
    }
    await visit('/account');
    await page.getByLabel('Display name', { exact: true }).fill('W'.repeat(80));
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(page.getByText('Your name is saved.')).toBeVisible();
    await expectNoSidewaysScrolling(page);
  });
});
