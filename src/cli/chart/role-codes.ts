import { codes } from "../../format/color.ts";
import type { Role } from "./role.ts";

/** The colours of a terminal, as parameters of Select Graphic Rendition (ECMA-48). */
export const roleCodes: Readonly<Record<Role, string>> = {
  ok: codes.info,
  error: codes.error,
  unknown: codes.debug,
  open: codes.dim,
  forgotten: codes.warn,
  logger: codes.dim,
  accent: codes.name,
};
