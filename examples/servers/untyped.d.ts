// Packages that come without types of their own.
declare module "express";
declare module "koa";
declare module "ws";
