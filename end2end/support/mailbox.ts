import type { APIRequestContext } from '@playwright/test';
import { expect } from './fixtures';

/**
 * Waits until a link was mailed, and gives its path and query.
 *
 * @param request of the browser or of nobody; its base URL is the server's origin
 * @param to the address that it was mailed to
 * @param page the path of the page that it leads to, such as `/verify-email`
 * @param count how many such mails there must be, so that a second one is not taken for the first
 * @returns the newest link
 */
export async function mailedLink(
  request: APIRequestContext,
  to: string,
  page: string,
  count = 1,
): Promise<string> {
  let links: string[] = [];
  await expect
    .poll(
      async () => {
        links = await mailedLinks(request, to, page);
        return links.length;
      },
      { message: `${count} links to ${page} for ${to}` },
    )
    .toBeGreaterThanOrEqual(count);
  return links[0]!;
}

/** The subjects of the mails to an address, the newest first. */
export async function mailedSubjects(request: APIRequestContext, to: string): Promise<string[]> {
  return (await mailsTo(request, to)).map(mail => mail.subject);
}

async function mailedLinks(request: APIRequestContext, to: string, page: string): Promise<string[]> {
  const links: string[] = [];
  for (const { path } of await mailsTo(request, to)) {
    const html = await (await request.get(path)).text();
    for (const [, href] of html.matchAll(/<a href="([^"]*)"/g)) {
      if (href!.startsWith(`${page}?token=`)) links.push(href!);
    }
  }
  return links;
}

async function mailsTo(request: APIRequestContext, to: string): Promise<{ path: string; subject: string }[]> {
  const list = await request.get(`/dev/mailbox?to=${encodeURIComponent(to)}`);
  const html = await list.text();
  return [...html.matchAll(/<a href="(\/dev\/mailbox\/[^"]*)">([^<]*)</g)].map(([, path, subject]) => ({
    path: path!,
    subject: subject!,
  }));
}
