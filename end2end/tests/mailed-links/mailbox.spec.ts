import { expectAccessible } from '../../support/checks';
import { expect, test } from '../../support/fixtures';
import { mailedLink } from '../../support/mailbox';

test('the development mailbox shows a mail and its links work', async ({
  page,
  person,
  request,
  javaScriptEnabled,
}) => {
  const link = await mailedLink(request, person.email, '/verify-email');
  await page.goto(`/dev/mailbox?to=${encodeURIComponent(person.email)}`);
  await expectAccessible(page, { javaScriptEnabled });
  await page.getByRole('link', { name: 'Confirm your address' }).click();
  await expect(page.getByText(person.email)).toBeVisible();

  const html = page.frameLocator('iframe').getByRole('link', { name: 'Confirm this address' });
  await expect(html).toHaveAttribute('href', new URL(link, page.url()).href);
  await page.locator('.mail-text').getByRole('link').click();
  await expect(page).toHaveURL(link);
});
