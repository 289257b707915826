import ArgumentParser
import Catalog
import Foundation
import RedisTier
import TieredCaching

struct InspectCache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what is kept in Redis under a key, such as models:provider:openai.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: ArgumentHelp("The name of the key, with its prefix.", valueName: "key"))
  var key: String

  func run() async throws {
    let (json, key) = (options.json, key)
    try await options.withService(loadsSnapshot: false) { service, shared in
      guard let redis = shared as? RedisSharedTier else {
        throw CommandFailure("there is no Redis to look into: set REDIS_URL")
      }
      try await redis.waitUntilConnected()
      guard let inspection = try await redis.inspect(key) else {
        throw CommandFailure("Redis has no key \"\(Output.printable(key))\"; \"modelcatalog cache status\" lists them")
      }
      if json { try Self.printJSON(inspection) } else { try Self.printTable(inspection) }
    }
  }

  private static func printJSON(_ inspection: RedisSharedTier.Inspection) throws {
    let header = inspection.header
    let content = try content(inspection)
    Output.json { json in
      json.member("kind", header.kind.rawValue)
      json.member("name", header.name)
      json.member("lifetime", header.lifetime)
      json.member("revision", Int(header.revision))
      json.member("override", header.override)
      json.member("catalog_version", header.version)
      json.member("written_at", header.writtenAt)
      json.member("fresh_seconds", header.fresh)
      json.member("stale_seconds", header.stale)
      json.member("codec", header.codec.rawValue)
      json.member("stored_bytes", header.storedBytes)
      json.member("raw_bytes", header.rawBytes)
      json.member("seconds_left", Int(inspection.timeLeft / .seconds(1)))
      json.name("content")
      json.raw(content)
    }
  }

  private static func printTable(_ inspection: RedisSharedTier.Inspection) throws {
    let header = inspection.header
    var table = Table("Field", "Value")
    table.add("kind", header.kind.rawValue)
    table.add("name", header.name)
    table.add(
      "label", header.version ?? "revision \(header.revision)\(header.override.map { ", by hand \($0)" } ?? "")")
    table.add("lifetime", header.lifetime)
    table.add("written", "\(Int(Date().timeIntervalSince1970) - header.writtenAt) s ago")
    table.add("fresh, then stale", "\(header.fresh) s, \(header.stale) s")
    table.add("goes in", CacheTables.seconds(inspection.timeLeft))
    table.add("size", "\(header.storedBytes) bytes as \(header.codec.rawValue), \(header.rawBytes) raw")
    table.print()
    let content = try content(inspection)
    let shown = String(decoding: content.prefix(2_000), as: UTF8.self)
    Output.line(Output.printable(shown) + (content.count > 2_000 ? " … (--json shows everything)" : ""))
  }

  /// The content as JSON: that of a view as it is, that of a part as its records.
  private static func content(_ inspection: RedisSharedTier.Inspection) throws -> [UInt8] {
    guard inspection.header.kind == .part else { return inspection.payload }
    let part = try CatalogPart(
      encoded: inspection.payload, part: PartID(inspection.header.name),
      revision: Revision(inspection.header.revision))
    return Array("[".utf8) + part.joinedRecords + Array("]".utf8)
  }
}
