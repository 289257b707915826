import ArgumentParser
import Catalog
import CatalogSync
import Foundation
import Logging
import RedisClient

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is configured, what is reachable and what to do.",
    discussion: "Ends with code 1 when something does not work.")

  @OptionGroup var options: CatalogOptions

  /// One thing that was looked at.
  private struct Finding {
    let name: String
    let isGood: Bool
    let text: String
    /// Whether it works, and something should still be changed.
    var isWarning = false
  }

  func run() async throws {
    let settings = try options.settings()
    let sync = try options.syncSettings()
    let limits = try options.limitSettings()
    let variables =
      settings.described + sync.described + (try options.webhookSettings().described)
      + (try options.traceSettings().described) + limits.described
    var findings = [syncFinding(sync)] + securityFindings(settings, sync, limits)
    findings += await databaseFindings(settings)
    if let finding = await redisFinding(settings) { findings.append(finding) }
    show(variables, findings)
    if findings.contains(where: { !$0.isGood }) { throw ExitCode(1) }
  }

  /// Whether the database answers, and what it holds.
  private func databaseFindings(_ settings: Settings) async -> [Finding] {
    guard settings.database.mayExist else {
      return [
        Finding(
          name: "database", isGood: true,
          text:
            "there is none yet: \"modelcatalog serve\" makes one from the bundled snapshot, \"modelcatalog import\" "
            + "one of your own")
      ]
    }
    var findings: [Finding] = []
    do {
      let health = try await options.withStore(loadsSnapshot: false) { try await $0.health() }
      let facts = health.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      findings.append(Finding(name: "database", isGood: true, text: facts))
      findings += try await catalogFindings()
    } catch {
      findings.append(Finding(name: "database", isGood: false, text: String(describing: error)))
    }
    return findings
  }

  /// Whether Redis answers; nil when none is configured. A server goes on without, but somebody should look.
  private func redisFinding(_ settings: Settings) async -> Finding? {
    guard let redis = settings.redis else { return nil }
    guard settings.isCacheEnabled else {
      return Finding(name: "redis", isGood: true, text: "configured, but MODEL_CACHE_ENABLED is false")
    }
    let client = RedisClient(redis, logger: Logger(label: "modelcatalog") { _ in SwiftLogNoOpLogHandler() })
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await client.run() }
      defer { group.cancelAll() }
      do {
        try await client.waitUntilConnected(timeout: .seconds(3))
        let info = try await client.execute(Raw("INFO", ["server"])).text ?? ""
        let version = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }?.dropFirst(14)
        return Finding(name: "redis", isGood: true, text: "\(redis), version \(version ?? "unknown")")
      } catch {
        return Finding(name: "redis", isGood: false, text: "\(redis): \(error)")
      }
    }
  }

  /// What somebody could make use of; no failure, as only the operator knows who reaches what.
  private func securityFindings(_ settings: Settings, _ sync: SyncSettings, _ limits: LimitSettings) -> [Finding] {
    SecurityAdvice.advice(settings, sync, limits.limits).map {
      Finding(name: "security", isGood: true, text: $0, isWarning: true)
    }
  }

  /// Which providers can be asked for their lists.
  private func syncFinding(_ sync: SyncSettings) -> Finding {
    let all = sync.registry.all
    let withKey = all.filter { adapter in
      adapter.authentication.variable.flatMap(sync.environment).map { !$0.isEmpty } ?? false
    }
    let isPublic = all.count { !$0.authentication.isRequired }
    let keys = withKey.isEmpty ? "no key is set" : "keys of \(withKey.map(\.slug.text).joined(separator: ", ")) are set"
    return Finding(
      name: "sync", isGood: true,
      text: "\(all.count) providers are known, \(isPublic) of them have public lists; \(keys); "
        + schedule(sync.service))
  }

  private func schedule(_ configuration: SyncService.Configuration) -> String {
    guard !configuration.isIdle else {
      return "nothing is synced by itself: set MODEL_SYNC_INTERVAL_MINUTES, or use \"modelcatalog sync\""
    }
    let usual = configuration.interval == 0 ? [] : ["synced every \(configuration.interval / 60) minutes by a server"]
    let own = configuration.intervals.sorted { $0.key < $1.key }.map { slug, interval in
      interval == 0 ? "\(slug) not by itself" : "\(slug) every \(interval / 60) minutes"
    }
    return (usual + own).joined(separator: ", ")
  }

  private func show(_ variables: [(variable: Settings.Variable, value: String)], _ findings: [Finding]) {
    if options.json { printJSON(variables, findings) } else { printTable(variables, findings) }
  }

  private func catalogFindings() async throws -> [Finding] {
    try await options.withStore(loadsSnapshot: false) { store in
      let snapshot = CatalogSnapshot(try await store.load(changedSince: nil))
      guard !snapshot.offers.isEmpty else {
        return [
          Finding(
            name: "catalog", isGood: true,
            text: "empty: \"modelcatalog serve\" loads the bundled snapshot, \"modelcatalog import\" a list of your own"
          )
        ]
      }
      let unknown = snapshot.statistics.totals.byPriceState[.unknown] ?? 0
      var findings = [
        Finding(
          name: "catalog", isGood: true,
          text: "\(snapshot.offers.count) offers of \(snapshot.parts.count) providers, version \(snapshot.version); "
            + "\(unknown) without a known price, \(snapshot.statistics.collisions.count) collisions of identity")
      ]
      let metadata = try await store.metadata()
      if let source = metadata["name"] {
        findings.append(
          Finding(
            name: "source", isGood: true,
            text: "\(source), \(metadata["date"] ?? "no date"), \(metadata["license"] ?? "")"))
      }
      return findings
    }
  }

  private func printJSON(_ variables: [(variable: Settings.Variable, value: String)], _ findings: [Finding]) {
    Output.json { json in
      json.name("settings")
      json.object { json in
        for (variable, value) in variables {
          json.name(dynamic: variable.name)
          json.value(value)
        }
      }
      json.name("findings")
      json.array { json in
        for finding in findings {
          json.object { json in
            json.member("name", finding.name)
            json.member("ok", finding.isGood)
            json.member("warning", finding.isWarning)
            json.member("text", finding.text)
          }
        }
      }
    }
  }

  private func printTable(_ variables: [(variable: Settings.Variable, value: String)], _ findings: [Finding]) {
    var table = Table("variable", "value", "meaning")
    for (variable, value) in variables { table.add(variable.name, value, variable.meaning) }
    table.print()
    Output.line()
    for finding in findings {
      let mark = finding.isWarning ? "!" : finding.isGood ? "✓" : "✗"
      Output.line("\(mark) \(finding.name): \(finding.text)")
    }
  }
}
