import Catalog
import CatalogSync
import Configuration
import Foundation

/// What is configured about the provider sync.
struct SyncSettings {
  /// The providers that are known: those of the program and those of the operator's file.
  var registry: ProviderRegistry
  /// How the sync behaves.
  var service = SyncService.Configuration()
  /// The value of any environment variable; for keys and addresses, whose names the adapters know.
  var environment: @Sendable (String) -> String?

  static let variables = [
    Settings.Variable(
      name: "MODEL_SYNC_INTERVAL_MINUTES", defaultValue: "0",
      meaning: "how often a server syncs every provider whose key is set; 0: not by itself. "
        + "OPENROUTER_SYNC_INTERVAL_MINUTES and the like are for one provider"),
    Settings.Variable(
      name: "MODEL_SYNC_PROVIDERS", defaultValue: "all",
      meaning: "the only providers that are synced where none are named, comma-separated"),
    Settings.Variable(
      name: "MODEL_SYNC_SKIP_PROVIDERS", defaultValue: "none",
      meaning: "providers that are only synced where they are named, comma-separated"),
    Settings.Variable(
      name: "MODEL_SYNC_CONCURRENCY", defaultValue: "8", meaning: "most providers that are asked at the same time"),
    Settings.Variable(
      name: "MODEL_SYNC_BASE_URL", defaultValue: "not set",
      meaning: "address that stands for those of all providers, as ADDRESS/SLUG/PATH, for a proxy. "
        + "OPENROUTER_BASE_URL and the like are for one provider"),
    Settings.Variable(
      name: "MODEL_PROVIDERS_FILE", defaultValue: "DATA_DIR/providers.json",
      meaning: "JSON file with further providers, see docs/providers.md"),
  ]

  /// Reads the settings.
  ///
  /// - Throws: ``SettingsError``.
  init(_ reader: ConfigReader, dataDirectory: String) throws(SettingsError) {
    let environment: @Sendable (String) -> String? = { name in
      reader.nonEmpty(forKey: ConfigKey(name.lowercased().split(separator: "_").map(String.init)), isSecret: true)
    }
    self.environment = environment
    registry = try Self.registry(environment("MODEL_PROVIDERS_FILE"), dataDirectory: dataDirectory)
    let minutes = 0...10_080
    if let interval = try Settings.integer(
      "MODEL_SYNC_INTERVAL_MINUTES", environment("MODEL_SYNC_INTERVAL_MINUTES"), in: minutes)
    {
      service.interval = interval * 60
    }
    for adapter in registry.everything {
      let name = adapter.variableName("SYNC_INTERVAL_MINUTES")
      if let interval = try Settings.integer(name, environment(name), in: minutes) {
        service.intervals[adapter.slug] = interval * 60
      }
    }
    service.concurrency =
      try Settings.integer("MODEL_SYNC_CONCURRENCY", environment("MODEL_SYNC_CONCURRENCY"), in: 1...64) ?? 8
    service.providers = try slugs("MODEL_SYNC_PROVIDERS", default: "all")
    service.skipped = try slugs("MODEL_SYNC_SKIP_PROVIDERS", default: "none") ?? []
    if let base = environment("MODEL_SYNC_BASE_URL"), let flaw = BaseAddress.flaw(in: base) {
      throw SettingsError(name: "MODEL_SYNC_BASE_URL", reason: flaw)
    }
  }

  /// The providers that a variable names; nil for the word that stands for its default.
  private func slugs(_ name: String, default word: String) throws(SettingsError) -> Set<ProviderSlug>? {
    guard let text = environment(name), text != word else { return nil }
    var slugs: Set<ProviderSlug> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      do {
        slugs.insert(try registry.named(part.split(separator: " ").joined()).slug)
      } catch {
        throw SettingsError(
          name: name, reason: "expected \(word), or providers with commas in between: \(error.description)")
      }
    }
    return slugs
  }

  private static func registry(_ path: String?, dataDirectory: String) throws(SettingsError) -> ProviderRegistry {
    let file = path ?? "\(dataDirectory)/providers.json"
    guard path != nil || FileManager.default.fileExists(atPath: file) else { return .builtIn }
    do {
      return ProviderRegistry(configured: try ProviderConfiguration.read(Array(NamedFile.read(file))))
    } catch {
      throw SettingsError(name: "MODEL_PROVIDERS_FILE", reason: "\(error)")
    }
  }

  /// The values by variable, for people.
  var described: [(variable: Settings.Variable, value: String)] {
    let values = [
      String(service.interval / 60), service.providers.map { $0.map(\.text).sorted().joined(separator: ",") } ?? "all",
      service.skipped.isEmpty ? "none" : service.skipped.map(\.text).sorted().joined(separator: ","),
      String(service.concurrency), environment("MODEL_SYNC_BASE_URL") ?? "not set",
      environment("MODEL_PROVIDERS_FILE") ?? "DATA_DIR/providers.json",
    ]
    return zip(Self.variables, values).map { (variable: $0, value: $1) }
  }
}
