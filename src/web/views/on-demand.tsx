// On-demand parts: are one file that loads after the first view.
export { OpenDialog } from "./open-dialog.tsx";
