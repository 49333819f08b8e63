import notify from "systemd-notify";

/** Tells systemd how the service is; silently nothing where no systemd listens. Never fatal. */
export interface ServiceManager {
  ready(): Promise<void>;
  /** Shown by `systemctl status`. Not escaped by the package, so only fixed words may go here. */
  status(words: string): Promise<void>;
  /** Feeds the watchdog; the package has no option for it, so it rides on the status. */
  alive(words: string): Promise<void>;
}

/** Builds it; `socket` is NOTIFY_SOCKET. `onProblem` hears of a notification that failed. */
export function createServiceManager(
  socket: string | undefined,
  onProblem: (detail: string) => void,
): ServiceManager {
  async function tell(options: Parameters<typeof notify>[0]): Promise<void> {
    if (socket === undefined) return;
    try {
      await notify(options);
    } catch (thrown) {
      onProblem(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return {
    ready: () => tell({ ready: true }),
    status: (words) => tell({ status: words }),
    alive: (words) => tell({ status: `${words}\nWATCHDOG=1` }),
  };
}
