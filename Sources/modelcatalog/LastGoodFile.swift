import Catalog
import Foundation

/// The last good catalog in a file, which several workers may share: it is replaced whole.
enum LastGoodFile {
  private static let maximumBytes = 1 << 30

  /// A storage in a file.
  static func storage(_ path: String, maximumAge: Int, origin: String) -> LastGoodStorage {
    LastGoodStorage(
      maximumAge: .seconds(maximumAge), origin: origin, now: { Int(Date().timeIntervalSince1970) },
      read: { try await offloaded { try read(path) } },
      write: { bytes in try await offloaded { try write(bytes, path) } })
  }

  private static func read(_ path: String) throws -> [UInt8]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    guard size <= maximumBytes else { throw CommandFailure("\(path) has \(size) bytes, more than \(maximumBytes)") }
    return Array(try NamedFile.read(path))
  }

  private static func write(_ bytes: [UInt8], _ path: String) throws {
    let directory = URL(filePath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: path), options: .atomic)
  }

  /// Runs blocking work on a thread that may block.
  private static func offloaded<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .utility).async { continuation.resume(with: Result { try work() }) }
    }
  }
}
