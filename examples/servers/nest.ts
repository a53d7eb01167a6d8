// Nest 12: its own lines, and those of new Logger("Context"), go to the scope of the request they are logged in.
import "reflect-metadata";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { Controller, Get, Logger, Module, Param, Req, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { scopeMiddleware, type WithLog } from "scopelog/http";
import { ScopelogService } from "scopelog/nest";
import { events, findOrder, perRequest, port, started } from "./setup.js";

class ShopController {
  readonly logger = new Logger("ShopController");

  order(id: string): Promise<string> {
    this.logger.debug("an order is wanted", { id });
    return findOrder(id);
  }

  events(request: IncomingMessage & WithLog, response: ServerResponse): void {
    request.log.debug("sending events");
    Readable.from(events())
      .on("error", () => {})
      .pipe(response);
  }
}

class ShopModule {}

// What the decorators @Controller(), @Get("orders/:id"), @Param("id") and so on do, for compilers that have none of
// Nest's kind.
const { prototype } = ShopController;
const method = (name: "order" | "events") => Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
Param("id")(prototype, "order", 0);
Get("orders/:id")(prototype, "order", method("order"));
Req()(prototype, "events", 0);
Res()(prototype, "events", 1);
Get("events")(prototype, "events", method("events"));
Controller()(ShopController);
Module({ controllers: [ShopController] })(ShopModule);

const app = await NestFactory.create(ShopModule, { logger: new ScopelogService(), forceCloseConnections: true });
app.use(scopeMiddleware(perRequest));
await app.listen(port, "127.0.0.1");
started(app.getHttpServer().address(), () => app.close());
