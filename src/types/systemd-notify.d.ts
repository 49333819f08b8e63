declare module "systemd-notify" {
  /** Spawns the `systemd-notify` program; rejects with a string or an Error when there is nobody to notify. */
  function notify(options: {
    readonly ready?: boolean;
    readonly status?: string;
    readonly pid?: number;
  }): Promise<void>;
  export = notify;
}
