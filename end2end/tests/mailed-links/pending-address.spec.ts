import { expectSignedIn } from '../../support/actions';
import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { mailedLink } from '../../support/mailbox';
import { longAddress, stranger } from '../../support/people';

const again = { name: 'Send again' };
const cancel = { name: 'Cancel' };

test('a pending change of address is shown, sent again and cancelled', { tag: '@no-wasm' }, async ({
  page,
  person,
  request,
  javaScriptEnabled,
  visit,
}) => {
  const { email } = stranger();
  await visit('/account');
  const main = page.getByRole('main');
  await expect(main.getByRole('button', again)).toHaveCount(0);
  await page.getByLabel('New address', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Change address' }).click();
  await expect(main).toContainText(`Your address changes to ${email} as soon as that is confirmed.`);
  const link = await mailedLink(request, email, '/confirm-email');
  await expectAccessible(page, { javaScriptEnabled });

  await visit('/account');
  await expect(main).toContainText(`Your address changes to ${email}`);
  await main.getByRole('button', again).click();
  await expect(page.getByText('Follow the link in the mail')).toBeVisible();
  await expect(page).toHaveURL('/account');
  await main.getByRole('button', cancel).click();
  await expect(page.getByText('The change of address is cancelled.')).toBeVisible();
  await expect(main).not.toContainText(email);
  await expect(main.getByRole('button', again)).toHaveCount(0);
  await expectAccessible(page, { javaScriptEnabled });
  await visit(link);
  await expect(page.getByText('This link no longer counts')).toBeVisible();
  await expectSignedIn(page, person);
});

atWidths([320], () => {
  test('nothing scrolls sideways', async ({ page, person, visit }) => {
    await visit('/account');
    await expectSignedIn(page, person);
    const email = longAddress();
    await page.getByLabel('New address', { exact: true }).fill(email);
    await page.getByRole('button', { name: 'Change address' }).click();
    await expect(page.getByRole('main')).toContainText(email);
    await expectNoSidewaysScrolling(page);
  });
});
