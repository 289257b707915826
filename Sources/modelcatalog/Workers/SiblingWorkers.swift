import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1

/// The workers that one supervisor started, as one of them sees the others: by their private sockets, which lie beside its own
/// as `{slot}-{launch}.sock`.
struct SiblingWorkers: Sendable {
  /// A process in one of the slots.
  private struct Member: Sendable {
    let slot: Int
    /// Which process of its slot it is, counted from 1.
    let launch: Int
    let path: String

    /// - Parameter path: that of its socket; nil for another file.
    init?(path: String) {
      let name = path.split(separator: "/").last?.wholeMatch(of: #/(\d{1,2})-(\d{1,9})\.sock/#)?.output
      guard let name, let slot = Int(name.1), let launch = Int(name.2) else { return nil }
      (self.slot, self.launch, self.path) = (slot, launch, path)
    }
  }

  private let own: Member
  private let workers: Int
  private let logger: Logger

  /// How long the others may take, all together.
  private static let patience = Duration.seconds(1)
  /// The most bytes that one of them may answer.
  private static let maximumBytes = 8 << 20
  /// How many processes of a slot are asked: while one is being replaced there are two.
  private static let asked = 2

  /// The workers around one of them.
  ///
  /// - Parameters:
  ///   - privatePath: the socket of this one.
  ///   - workers: how many there are.
  /// - Throws: ``CommandFailure`` when the socket is not named as a supervisor names them.
  init(privatePath: String, workers: Int, logger: Logger) throws {
    guard let own = Member(path: privatePath) else {
      throw CommandFailure("--worker-socket is for workers that \"serve --workers\" starts")
    }
    self.own = own
    self.workers = workers
    self.logger = logger
  }

  /// What each worker answers, by its slot; those that do not answer in time are left out.
  ///
  /// Where a slot has two processes the newer one speaks for it, also in the place of this one, so that it does not matter which
  /// worker is asked.
  ///
  /// - Parameters:
  ///   - target: what they are asked for.
  ///   - answer: what this one answers.
  func answers(to target: String, own answer: [UInt8]) async -> [Int: [UInt8]] {
    var newest: [Int: (launch: Int, answer: [UInt8])] = [own.slot: (own.launch, answer)]
    await withTaskGroup(of: (Member, [UInt8]?).self) { group in
      for member in others() { group.addTask { (member, await ask(member, for: target)) } }
      for await (member, answer) in group {
        guard let answer, newest[member.slot].map({ $0.launch < member.launch }) ?? true else { continue }
        newest[member.slot] = (member.launch, answer)
      }
    }
    return newest.mapValues(\.answer)
  }

  private func others() -> [Member] {
    let directory = URL(filePath: own.path).deletingLastPathComponent()
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    } catch {
      logger.warning("The other workers cannot be found", metadata: ["reason": "\(error)"])
      return []
    }
    let members = names.compactMap { Member(path: directory.appending(path: $0).path) }
      .filter { (1...workers).contains($0.slot) }
    return Dictionary(grouping: members, by: \.slot).values
      .flatMap { $0.sorted { $0.launch > $1.launch }.prefix(Self.asked) }
      .filter { ($0.slot, $0.launch) != (own.slot, own.launch) }
  }

  private func ask(_ member: Member, for target: String) async -> [UInt8]? {
    await withTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { await fetch(target, from: member) }
      group.addTask {
        do { try await Task.sleep(for: Self.patience) } catch { return nil }
        logger.warning("A worker does not answer in time", metadata: ["worker": "\(member.slot)"])
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private func fetch(_ target: String, from member: Member) async -> [UInt8]? {
    guard let url = URL(httpURLWithSocketPath: member.path, uri: target) else { return nil }
    var request = HTTPClientRequest(url: url.absoluteString)
    request.headers.add(name: "host", value: "worker")
    // A connection that is kept could be one to a process that has ended.
    request.headers.add(name: "connection", value: "close")
    do {
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(1))
      guard response.status == .ok else {
        logger.debug("A worker answers otherwise", metadata: ["status": "\(response.status.code)"])
        return nil
      }
      return Array(buffer: try await response.body.collect(upTo: Self.maximumBytes))
    } catch {
      // One that has just ended or is just starting; its slot is shown as not answering.
      logger.debug("A worker cannot be asked", metadata: ["worker": "\(member.slot)", "reason": "\(error)"])
      return nil
    }
  }
}
