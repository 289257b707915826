import ArgumentParser
import Catalog
import TieredCaching

/// The specification's manual test: a first call, a second call, the hit rate.
struct TryCache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try", abstract: "Read the full catalog twice as a new worker, and show how long each call took.")

  @OptionGroup var options: CatalogOptions

  /// One call.
  private struct Call: Sendable {
    let answer: CatalogAnswer<[CatalogOffer]>
    let duration: Duration

    var milliseconds: Double { (duration / .microseconds(1)).rounded() / 1_000 }
  }

  func run() async throws {
    let json = options.json
    try await options.withService { service, _ in
      let calls = [try await Self.call(service), try await Self.call(service)]
      let report = await service.cacheStatistics()
      if json { Self.printJSON(calls, report) } else { Self.printText(calls, report) }
    }
  }

  private static func call(_ service: CatalogService) async throws -> Call {
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try await service.readFullCatalog()
    return Call(answer: answer, duration: clock.now - start)
  }

  private static func printText(_ calls: [Call], _ report: CacheReport) {
    for (name, call) in zip(["First call: ", "Second call:"], calls) {
      Output.line(
        "\(name) \(call.milliseconds) ms (\(Output.grouped(call.answer.value.count)) models, "
          + "tier \(call.answer.tier.rawValue), \(call.answer.freshness.rawValue), version \(call.answer.version))")
    }
    Output.line("Hit rate:    \(report.hitRatePercent) % (\(report.hits) hits, \(report.misses) misses)")
  }

  private static func printJSON(_ calls: [Call], _ report: CacheReport) {
    Output.json { json in
      json.name("calls")
      json.array { json in
        for call in calls {
          json.object { json in
            json.name("milliseconds")
            json.raw(String(call.milliseconds).utf8)
            json.member("models", call.answer.value.count)
            json.member("tier", call.answer.tier.rawValue)
            json.member("state", call.answer.freshness.rawValue)
            json.member("catalog_version", call.answer.version)
          }
        }
      }
      report.worker.writeMembers(to: &json)
    }
  }
}
