import { setTimeout as delay } from 'node:timers/promises';
import { tool } from '@livekit/agents';

/** Stands for the order database. */
export const lookUpOrder = tool({
  name: 'look_up_order',
  description: 'Finds out where an order is.',
  parameters: {
    type: 'object',
    properties: { orderNumber: { type: 'string' } },
    required: ['orderNumber'],
  },
  execute: async ({ orderNumber }: { orderNumber: string }) => {
    await delay(180);
    return { orderNumber, status: 'with the carrier', arrives: 'tomorrow, 9:00 to 12:00' };
  },
});
