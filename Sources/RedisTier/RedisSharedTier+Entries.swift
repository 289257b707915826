import Foundation
import NIOCore
import RedisClient
public import TieredCaching

extension RedisSharedTier {
  /// See `SharedTier`.
  public func storeView(
    _ bytes: [UInt8], named name: String, of manifest: Manifest, timeToLive: Duration
  ) async throws {
    let header = EntryHeader(
      kind: .view, name: name, lifetime: manifest.lifetime,
      revision: manifest.revisions.values.reduce(0) { $0 &+ $1.number },
      version: manifest.version, writtenAt: Int(Date().timeIntervalSince1970), fresh: Int(timeToLive / .seconds(1)),
      stale: 0)
    try await store(header, bytes, key: keys.view(name), for: timeToLive * Double.random(in: 0.9...1))
  }

  /// See `SharedTier`.
  public func entries(parts: [PartID], views: [String]) async throws -> SharedEntries {
    try await withThrowingTaskGroup(of: (part: PartID?, view: String?, entry: SharedEntry?).self) { group in
      for part in parts { group.addTask { (part, nil, try await self.describe(self.keys.part(part))) } }
      for view in views { group.addTask { (nil, view, try await self.describe(self.keys.view(view))) } }
      var foundParts: [PartID: SharedEntry] = [:]
      var foundViews: [String: SharedEntry] = [:]
      for try await (part, view, entry) in group {
        if let part { foundParts[part] = entry }
        if let view { foundViews[view] = entry }
      }
      return SharedEntries(parts: foundParts, views: foundViews)
    }
  }

  private func describe(_ key: String) async throws -> SharedEntry? {
    guard let header = try await header(key) else { return nil }
    let left = Duration.milliseconds(try await refusing { try await data.pttl(key) })
    let size = try await refusing { try await data.execute(Raw("STRLEN", [.text(key)], key: key)) }.integer ?? 0
    let label = PartLabel(revision: Revision(header.revision), override: header.override).description
    return SharedEntry(
      key: key, label: header.version ?? label, bytes: Int(size),
      age: .seconds(max(0, Int(Date().timeIntervalSince1970) - header.writtenAt)),
      freshFor: left - .seconds(header.stale))
  }

  /// The first line of what is kept under a key; nil for nothing, and for what is no entry.
  private func header(_ key: String) async throws -> EntryHeader? {
    let command = Raw("GETRANGE", [.text(key), 0, .integer(Int64(EntryHeader.maximumLineLength))], key: key)
    let found: RedisValue
    do {
      found = try await data.execute(command)
    } catch .server(let error) where error.code == "WRONGTYPE" {
      return nil
    } catch {
      return try await refusing { throw error }
    }
    guard let text = found.bytes.map({ Array($0.readableBytesView) }),
      let end = text.firstIndex(of: UInt8(ascii: "\n")), let line = String(validating: text[..<end], as: UTF8.self)
    else { return nil }
    do { return try EntryHeader(line: line) } catch { return nil }
  }

  /// What is kept under any key of this tier, for people.
  ///
  /// - Returns: nil when there is nothing.
  /// - Throws: ``EntryError`` when it is no entry, and failures of Redis.
  public func inspect(_ key: String) async throws -> Inspection? {
    guard let buffer = try await refusing({ try await data.execute(GET(key), timeout: Self.dataTimeout) }) else {
      return nil
    }
    let entry = try Entry(Array(buffer.readableBytesView))
    let left = Duration.milliseconds(try await refusing { try await data.pttl(key) })
    return Inspection(header: entry.header, timeLeft: left, payload: try entry.payload())
  }

  /// A value with its content.
  public struct Inspection: Sendable {
    /// What its first line says.
    public let header: EntryHeader
    /// After what time Redis drops it.
    public let timeLeft: Duration
    /// The content, decompressed.
    public let payload: [UInt8]
  }
}
