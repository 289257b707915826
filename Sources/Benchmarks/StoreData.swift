import Foundation

/// The files that the cases of one size work on.
struct StoreData {
  let offers: Int
  private let directory: URL

  /// Makes a catalog, the same with one offer in a hundred changed, and a database with the first of them.
  init(offers: Int, directory: URL) async throws {
    self.offers = offers
    self.directory = directory
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let catalog = SyntheticCatalog(offers: offers, isChanged: false)
    try Data(try catalog.document()).write(to: body(isChanged: false))
    try Data(try SyntheticCatalog(offers: offers, isChanged: true).document()).write(to: body(isChanged: true))
    try await catalog.store(in: directory.path)
  }

  private func body(isChanged: Bool) -> URL { directory.appending(path: isChanged ? "changed.json" : "body.json") }

  /// Runs a case in a process of its own.
  ///
  /// - Throws: ``Failure`` when the process fails.
  func measure(_ name: StoreCase) throws -> StoreResult.Run {
    var database = directory.appending(path: "catalog.sqlite")
    let work = directory.appending(path: "work")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    let copy = work.appending(path: "catalog.sqlite")
    if name == .importChanged { try FileManager.default.copyItem(at: database, to: copy) }
    if name == .importChanged || name == .importNew { database = copy }
    let result = try run(name, database: database.path, body: body(isChanged: name == .importChanged).path)
    try FileManager.default.removeItem(at: work)
    return result
  }

  private func run(_ name: StoreCase, database: String, body: String) throws -> StoreResult.Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["store-case", name.rawValue, database, body]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    guard process.terminationStatus == 0, numbers.count == 2 else {
      throw Failure(name: name.rawValue, status: process.terminationStatus, output: text)
    }
    return StoreResult.Run(nanoseconds: numbers[0], peakKibibytes: numbers[1])
  }

  /// A case ended without a result.
  struct Failure: Error, CustomStringConvertible {
    let name: String
    let status: Int32
    let output: String

    var description: String { "the case \(name) ended with \(status) and said \"\(output.prefix(200))\"" }
  }
}
