import Catalog
import Logging
import NIOConcurrencyHelpers
public import ServiceLifecycle

extension SyncService: Service {
  /// How many jobs are done at the same time; more wait, and once many wait no more are taken.
  private static let jobsAtATime = 4

  /// Does the jobs that are begun, and those of the schedule while this worker is the leader, until the task is cancelled.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.runSchedule() }
        group.addTask { await self.keepMetrics() }
        let jobs = Slots(Self.jobsAtATime)
        for await request in self.requests {
          await jobs.take()
          group.addTask {
            _ = await self.perform(request)
            jobs.give()
          }
        }
        group.cancelAll()
      }
    }
  }

  /// Follows the schedule while this worker holds the lease to do so.
  private func runSchedule() async {
    guard !configuration.isIdle else { return }
    let lead = HeldLease(name: "sync-leader", token: worker, store: store, logger: logger)
    while !Task.isCancelled {
      do {
        _ = try await lead.whileHeld {
          self.metrics.lead(true)
          defer { self.metrics.lead(false) }
          try await self.followSchedule()
        }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("The sync schedule cannot be followed", metadata: ["reason": "\(error)"])
      }
      // Jitter, so that workers that start together do not ask together.
      do { try await Task.sleep(for: configuration.tick * Double.random(in: 0.8...1.2)) } catch { return }
    }
  }

  /// Begins what is due, again and again. A provider that is slow keeps no other waiting, and a database that does not
  /// answer ends nothing that is under way.
  private func followSchedule() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      let underway = NIOLockedValueBox<Set<ProviderSlug>>([])
      while true {
        let due = try await dueNow().filter { adapter in underway.withLockedValue { $0.insert(adapter.slug).inserted } }
        if !due.isEmpty {
          group.addTask {
            await self.syncDue(due)
            underway.withLockedValue { $0.subtract(due.map(\.slug)) }
          }
        }
        try await Task.sleep(for: configuration.tick)
      }
    }
  }

  /// What is due; nothing while the database does not say what was done.
  private func dueNow() async throws -> [ProviderAdapter] {
    do {
      return try await due()
    } catch let error as StoreError {
      logger.warning("It is not known which providers are due", metadata: ["reason": "\(error)"])
      return []
    }
  }

  private func syncDue(_ adapters: [ProviderAdapter]) async {
    let options = SyncOptions()
    _ = await perform(Request(job: newJob(adapters, options, .schedule), adapters: adapters, options: options))
  }

  /// The providers that it is time for, and that can be asked.
  func due() async throws -> [ProviderAdapter] {
    let records = try await store.records(.provider)
    let adapters = try adapters(named: []).filter { obstacle(to: $0) == nil }
    let states = await errors.states(of: adapters.map(\.slug))
    let now = now()
    return adapters.filter { adapter in
      let interval = interval(of: adapter.slug)
      guard interval > 0 else { return false }
      if let state = states[adapter.slug] { return state.retryAt <= now }
      return SyncSchedule.isDue(
        adapter.slug, lastAttempt: record(of: adapter.slug, records)?.attemptedAt, interval, now: now)
    }
  }

  /// How often a provider is synced, in seconds; 0 for not by itself.
  func interval(of provider: ProviderSlug) -> Int { configuration.intervals[provider] ?? configuration.interval }

  /// How the last sync of a provider went. A record that cannot be read counts for none.
  func record(of provider: ProviderSlug, _ records: [String: String]) -> ProviderSyncRecord? {
    guard let text = records[provider.text] else { return nil }
    do {
      return try SyncJSON.decode(ProviderSyncRecord.self, text)
    } catch {
      logger.warning(
        "A sync record cannot be read", metadata: ["provider": "\(provider)", "reason": "\(error)"])
      return nil
    }
  }
}

/// When it is time for a provider.
enum SyncSchedule {
  /// Whether a provider's interval is over, or up to a tenth of it less or more: by the provider's name, so that those that
  /// were synced together drift apart.
  static func isDue(_ provider: ProviderSlug, lastAttempt: Int?, _ interval: Int, now: Int) -> Bool {
    guard let lastAttempt else { return true }
    let mark = "\(provider) \(lastAttempt / max(interval, 1))".utf8.reduce(5_381) { ($0 &* 33 &+ Int($1)) & 0xFFFF }
    let jitter = interval * (mark % 201 - 100) / 1_000
    return now - lastAttempt >= interval + jitter
  }
}
