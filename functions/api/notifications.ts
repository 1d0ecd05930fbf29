/**
 * Who hears of an app's deployments. A chat's URL lets anybody post there: it is taken, and never given back. What a
 * webhook's deliveries are signed with is told once, to who adds it.
 */
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import * as z from 'zod';
import { Notification } from '../../domain/app.ts';
import { writeTarget } from '../../domain/notification-target.ts';
import { urlRefusal } from '../../domain/outbound.ts';
import { chatRefused, noSuchNotification, notificationsChanged, tooManyNotifications } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { appOf, json } from './read.ts';

const NewNotification = Notification.pick({ kind: true, branches: true, events: true }).extend({
  url: z.string().max(2000),
});
const MAX_NOTIFICATIONS = 10;

/** As Standard Webhooks wants it: 24 to 64 bytes in base64. */
const newSigningSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

const shown = ({ urlParameter: _, ...notification }: Notification) => notification;

export const notificationRoutes = ({ apps, parameters, allowedNetworks, stage, newId }: ApiPorts) => {
  return new Hono()
    .get('/', async (context) => context.json((await appOf(context, apps)).notifications.map(shown)))

    .post('/', json(NewNotification), async (context) => {
      const app = await appOf(context, apps);
      const { url, ...wanted } = context.req.valid('json');
      const refusal = urlRefusal(url, allowedNetworks);
      if (refusal) throw chatRefused(refusal);
      const id = newId();
      const notification = { ...wanted, id, urlParameter: `/towpath/${stage}/apps/${app.id}/notifications/${id}` };
      const secret = wanted.kind === 'webhook' ? newSigningSecret() : undefined;
      await parameters.putSecret(notification.urlParameter, writeTarget({ url, secret }));
      if (!(await apps.addNotification(app.id, notification, MAX_NOTIFICATIONS))) {
        await parameters.remove(notification.urlParameter);
        throw tooManyNotifications(app.id, MAX_NOTIFICATIONS);
      }
      return context.json({ ...shown(notification), secret }, 201);
    })

    .delete('/:id', async (context) => {
      const app = await appOf(context, apps);
      const { id } = context.req.param();
      const removed = app.notifications.find((notification) => notification.id === id);
      if (!removed) throw noSuchNotification(app.id, id);
      if (!(await apps.removeNotification(app, removed.id))) throw notificationsChanged(app.id);
      await parameters.remove(removed.urlParameter);
      return context.json(shown(removed));
    });
};
