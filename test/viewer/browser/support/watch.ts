import type { Page } from 'playwright-core';

export type Complaint = string;

/** Listens to everything that goes wrong in a page, from before its first request. */
export async function watch(
  page: Page,
  url: string,
  complain: (complaint: Complaint) => void,
): Promise<void> {
  const { origin } = new URL(url);
  page.on('request', (request) => {
    const target = request.url();
    if (/^(data|blob):/.test(target)) return;
    // An exported file may not even ask the disk for more than itself.
    if (origin === 'null' ? target.split('#')[0] !== url.split('#')[0] : new URL(target).origin !== origin) {
      complain(`request to another host: ${target}`);
    }
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complain(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    complain(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.exposeFunction('complainOfPolicy', (text: string) => complain(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { complainOfPolicy } = window as Window & { complainOfPolicy?: (text: string) => void };
      complainOfPolicy?.(`${event.violatedDirective} refused ${event.blockedURI || event.sample}`);
    });
  });
}
