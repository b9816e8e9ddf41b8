import { writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

const ZONE = 'Asia/Kathmandu';

test.use({ timezoneId: ZONE });

/** Formats `at` in a time zone as pages do. */
function words(at: string, timeZone: string, withTime: boolean): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(at));
  const part = (type: string) => parts.find(part => part.type === type)?.value ?? '';
  const day = `${part('day')} ${part('month')} ${part('year')}`;
  return withTime ? `${day}, ${part('hour')}:${part('minute')}` : day;
}

test(
  'times are in the time zone of the browser, and in UTC without its WebAssembly',
  { tag: '@no-wasm' },
  async ({ hydrates, page, person, visit }) => {
    await visit('/notes');
    await writeNote(page, `of ${person.email}`);
    for (const path of ['/notes', '/account', '/account/devices', '/account/activity']) {
      await visit(path);
      const times = page.getByRole('main').locator('time');
      await expect(times.first()).toBeVisible();
      for (const time of await times.all()) {
        const at = await time.getAttribute('datetime');
        const withTime = (await time.innerText()).includes(':');
        const utc = `${words(at!, 'UTC', true)} UTC`;
        if (hydrates) {
          await expect(time).toHaveText(words(at!, ZONE, withTime));
          await expect(time).toHaveAttribute('title', utc);
        } else {
          await expect(time).toHaveText(withTime ? utc : words(at!, 'UTC', false));
          expect(await time.getAttribute('title')).toBeNull();
        }
      }
    }
  },
);

test(
  'times on a page opened inside the app are local at once',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/');
    await page.getByRole('link', { name: 'Account', exact: true }).first().click();
    const began = new Date(person.user.session.begun_at).toISOString();
    await expect(page.getByText(words(began, ZONE, true), { exact: true })).toBeVisible();
    await expect(page.getByRole('main')).not.toContainText('UTC');
  },
);
